"""invitations that lapse"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index(
        "ix_memberships_invited_since",
        "memberships",
        ["since"],
        unique=False,
        postgresql_where=sa.text("state = 'invited'"),
    )
