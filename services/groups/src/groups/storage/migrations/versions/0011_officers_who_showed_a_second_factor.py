"""officers who showed a second factor"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("terms", sa.Column("shown_factor_at", sa.DateTime(timezone=True), nullable=True))
