"""Uploads that may be cut and go on, and their parts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "resumed_uploads",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("store_upload_id", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("kept_parts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id", "document_id", "version_id"],
            ["versions.group_id", "versions.document_id", "versions.id"],
            name=op.f("fk_resumed_uploads_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["object_key"], ["uploads.object_key"], name=op.f("fk_resumed_uploads_object_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_resumed_uploads")),
        sa.UniqueConstraint("group_id", "version_id", name=op.f("uq_resumed_uploads_group_id_version_id")),
    )
    op.create_index("ix_resumed_uploads_object_key", "resumed_uploads", ["object_key"], unique=False)
    op.create_table(
        "upload_parts",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id", "version_id"],
            ["resumed_uploads.group_id", "resumed_uploads.version_id"],
            name=op.f("fk_upload_parts_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_upload_parts")),
    )
    group = "group_id = NULLIF(current_setting('documents.group', true), '')::uuid"
    for table in ("resumed_uploads", "upload_parts"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_group ON {table} TO documents_app USING ({group}) WITH CHECK ({group})")
