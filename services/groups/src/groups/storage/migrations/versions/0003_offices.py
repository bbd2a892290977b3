"""offices"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("terms", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("terms", sa.Column("last_seen_on", sa.Date(), nullable=True))
    op.add_column("terms", sa.Column("absent_until", sa.Date(), nullable=True))
    # By hand: nobody who leads today counts as away because nothing was noted before.
    op.execute("UPDATE terms SET last_seen_on = CURRENT_DATE WHERE until IS NULL")
    op.create_index(
        "ix_terms_ends_at",
        "terms",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("until IS NULL AND ends_at IS NOT NULL"),
    )
