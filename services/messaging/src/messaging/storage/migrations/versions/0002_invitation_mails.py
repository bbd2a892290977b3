"""invitation mails"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "invitation_mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("sealed_address", sa.Text(), nullable=True),
        sa.Column("tag", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'withheld')", name=op.f("ck_invitation_mails_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_mails")),
    )
    op.create_index(
        "ix_invitation_mails_due_at",
        "invitation_mails",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_invitation_mails_tag",
        "invitation_mails",
        ["tag"],
        unique=False,
        postgresql_where=sa.text("tag IS NOT NULL"),
    )
