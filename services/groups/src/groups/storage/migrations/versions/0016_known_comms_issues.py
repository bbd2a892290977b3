"""Who cannot be reached, as messaging told."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "known_comms_issues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_comms_issues")),
    )
    op.create_index(
        "ix_known_comms_issues_person_id",
        "known_comms_issues",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
