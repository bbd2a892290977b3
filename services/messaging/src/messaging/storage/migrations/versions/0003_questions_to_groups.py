"""questions to groups"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("send_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_reply_to", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_questions_send_id")),
        sa.PrimaryKeyConstraint("send_id", name=op.f("pk_questions")),
    )
    # By hand: a send may be one of those.
    op.drop_constraint(op.f("ck_sends_kind"), "sends")
    op.create_check_constraint(
        op.f("ck_sends_kind"), "sends", "kind IN ('message', 'alert', 'release', 'confirmation', 'question')"
    )
    op.create_index(
        "ix_sends_questions",
        "sends",
        ["group_id", "accepted_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'question'"),
    )
