"""Drafts, what is recalled, and what a second person is to review."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "known_staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_staff")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.Uuid(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_version", sa.Integer(), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_by", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'scheduled') = (send_at IS NOT NULL)", name=op.f("ck_drafts_scheduled")),
        sa.CheckConstraint("state IN ('draft', 'scheduled', 'sent', 'held')", name=op.f("ck_drafts_state")),
        sa.CheckConstraint("(group_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_drafts_of_somebody")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_drafts_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_group_id_id", "drafts", ["group_id", "id"], unique=False)
    op.create_index("ix_drafts_organisation_id_id", "drafts", ["organisation_id", "id"], unique=False)
    op.create_index("ix_drafts_send_at", "drafts", ["send_at"], postgresql_where=sa.text("state = 'scheduled'"))
    op.create_table(
        "reviews",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_reviews_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_reviews")),
    )
    op.create_index(
        "ix_reviews_organisation_id",
        "reviews",
        ["organisation_id"],
        unique=False,
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_table(
        "recalls",
        sa.Column("send_id", sa.Uuid(), nullable=False),
        sa.Column("recalled_by", sa.Uuid(), nullable=False),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_recalls_send_id")),
        sa.PrimaryKeyConstraint("send_id", name=op.f("pk_recalls")),
    )
