"""membership"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("memberships", sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_memberships_undo_until",
        "memberships",
        ["undo_until"],
        unique=False,
        postgresql_where=sa.text("undo_until IS NOT NULL"),
    )
    op.create_index(
        "ix_memberships_suspended_until",
        "memberships",
        ["suspended_until"],
        unique=False,
        postgresql_where=sa.text("suspended_until IS NOT NULL"),
    )
