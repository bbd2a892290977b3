"""Mails that came back are counted for each mailbox, whosever it is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "bounces",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("taken_since", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_bounces"),
    )
    op.execute(
        "INSERT INTO bounces (tag, in_a_row, last_at)"
        " SELECT tag, 3, max(tried_at) FROM comms_issues WHERE state = 'open' GROUP BY tag"
    )
    op.drop_column("comms_issues", "tried_at")
