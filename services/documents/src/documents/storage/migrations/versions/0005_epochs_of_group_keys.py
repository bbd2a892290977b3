"""Epochs of group keys, and keys that are destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Every row that is sealed under a group key, and the column that says which epoch's.
_UNDER_AN_EPOCH = (
    ("public", "versions", "key_epoch"),
    ("public", "documents", "texts_epoch"),
    ("keys", "release_wraps", "epoch"),
    ("keys", "release_wraps", "name_epoch"),
    ("keys", "release_wraps", "note_epoch"),
    ("public", "folders", "texts_epoch"),
)


def upgrade() -> None:
    op.create_table(
        "destroyed_keys",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_destroyed_keys")),
        schema="keys",
    )
    op.add_column("group_keys", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True), schema="keys")
    op.add_column("documents", sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_documents_destroyed_in_the_bin"), "documents", "destroyed_at IS NULL OR deleted_at IS NOT NULL"
    )
    for schema, table, column in _UNDER_AN_EPOCH:
        op.create_foreign_key(
            f"fk_{table}_{column}",
            table,
            "group_keys",
            ["group_id", column],
            ["group_id", "epoch"],
            source_schema=schema,
            referent_schema="keys",
        )
    op.create_index("ix_documents_group_id_texts_epoch", "documents", ["group_id", "texts_epoch"])
    op.create_index("ix_folders_group_id_texts_epoch", "folders", ["group_id", "texts_epoch"])
    op.create_index("ix_versions_group_id_key_epoch", "versions", ["group_id", "key_epoch"])
    op.create_index(
        "ix_release_wraps_group_id_document_id", "release_wraps", ["group_id", "document_id"], schema="keys"
    )
    _row_security()


def _row_security() -> None:
    # The keys process enters one group at a time too; its column rights say what it may read and write there.
    group = "group_id = NULLIF(current_setting('documents.group', true), '')::uuid"
    for table in ("documents", "folders", "versions"):
        op.execute(f"CREATE POLICY keys_read ON {table} FOR SELECT TO documents_keys USING ({group})")
        op.execute(
            f"CREATE POLICY keys_rewrap ON {table} FOR UPDATE TO documents_keys USING ({group}) WITH CHECK ({group})"
        )
