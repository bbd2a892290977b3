"""Releases say who they are from, may carry a note, and every download is written down."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "release_downloads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_downloads")),
    )
    op.create_index("ix_release_downloads_release_id_id", "release_downloads", ["release_id", "id"], unique=False)
    op.add_column(
        "release_recipients", sa.Column("sealed_group_name", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("releases", sa.Column("has_note", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("release_wraps", sa.Column("note_epoch", sa.Integer(), nullable=True), schema="keys")
    op.add_column("release_wraps", sa.Column("sealed_note", sa.LargeBinary(), nullable=True), schema="keys")
    group = "group_id = NULLIF(current_setting('documents.group', true), '')::uuid"
    release = "release_id = NULLIF(current_setting('documents.release', true), '')::uuid"
    op.execute("ALTER TABLE release_downloads ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE release_downloads FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_group ON release_downloads FOR SELECT TO documents_app USING ({group})")
    op.execute(f"CREATE POLICY one_release ON release_downloads FOR INSERT TO documents_keys WITH CHECK ({release})")
