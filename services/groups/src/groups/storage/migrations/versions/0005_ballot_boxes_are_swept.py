"""ballot boxes are swept"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("ballots", sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_ballots_unswept",
        "ballots",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("swept_at IS NULL AND closed_at IS NOT NULL"),
    )
