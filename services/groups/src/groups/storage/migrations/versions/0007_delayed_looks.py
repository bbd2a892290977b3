"""delayed looks"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "look_delays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_look_delays_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_delays")),
    )
    op.create_index(
        "ix_look_delays_group_id_organisation_id", "look_delays", ["group_id", "organisation_id"], unique=False
    )
    op.add_column("ledger", sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    # By hand: what is there was shown when it was written.
    op.execute("UPDATE ledger SET shown_at = looked_at")
    op.alter_column("ledger", "shown_at", nullable=False)
