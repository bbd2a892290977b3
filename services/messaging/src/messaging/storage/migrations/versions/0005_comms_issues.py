"""Ways of reaching people that fail."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "comms_issues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("channel IN ('email')", name=op.f("ck_comms_issues_channel")),
        sa.CheckConstraint("state IN ('open', 'solved')", name=op.f("ck_comms_issues_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comms_issues")),
        sa.UniqueConstraint("person_id", "channel", name=op.f("uq_comms_issues_person_id_channel")),
    )
    op.create_index(
        "ix_comms_issues_tag", "comms_issues", ["tag"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
