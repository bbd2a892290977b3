"""Folders, tags, pins, days of expiry and retention, the ledger of a document, and quotas of vaults."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "document_ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_ref", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_ledger")),
    )
    op.create_index(
        "ix_document_ledger_group_id_document_id_id", "document_ledger", ["group_id", "document_id", "id"], unique=False
    )
    op.create_index(
        "ix_document_ledger_group_id_release_id_id",
        "document_ledger",
        ["group_id", "release_id", "id"],
        unique=False,
        postgresql_where=sa.text("release_id IS NOT NULL"),
    )
    op.create_table(
        "folders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("texts_epoch", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id", "parent_id"], ["folders.group_id", "folders.id"], name=op.f("fk_folders_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folders")),
        sa.UniqueConstraint("group_id", "id", name=op.f("uq_folders_group_id_id")),
    )
    op.add_column("documents", sa.Column("sealed_tags", sa.LargeBinary(), nullable=True))
    op.add_column("documents", sa.Column("folder_id", sa.Uuid(), nullable=True))
    op.add_column("documents", sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("documents", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("documents", sa.Column("keep_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_documents_deleted_at",
        "documents",
        ["group_id", "deleted_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_documents_expires_on",
        "documents",
        ["group_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("expires_on IS NOT NULL"),
    )
    op.create_index("ix_documents_group_id_folder_id", "documents", ["group_id", "folder_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_documents_group_id"), "documents", "folders", ["group_id", "folder_id"], ["group_id", "id"]
    )
    op.add_column("vaults", sa.Column("used_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("vaults", sa.Column("quota_bytes", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_versions_declared",
        "versions",
        ["group_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("ready_at IS NULL"),
    )
    op.create_check_constraint(op.f("ck_vaults_used_is_a_count"), "vaults", "used_bytes >= 0")
    _take_stock()
    _forced_row_security()


def _take_stock() -> None:
    # The owner is held to row security too, and would count nothing while it is forced.
    for table in ("documents", "versions"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE vaults SET used_bytes = "
        "(SELECT coalesce(sum(length), 0) FROM versions WHERE versions.group_id = vaults.group_id)"
    )
    op.execute(
        "INSERT INTO document_ledger (id, group_id, document_id, act, person_id, at) "
        "SELECT id, group_id, id, 'added', created_by, created_at FROM documents"
    )
    op.execute(
        "INSERT INTO document_ledger (id, group_id, document_id, version_id, act, person_id, at) "
        "SELECT id, group_id, document_id, id, 'version_added', added_by, ready_at "
        "FROM versions WHERE ready_at IS NOT NULL"
    )
    for table in ("documents", "versions"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _forced_row_security() -> None:
    group = "group_id = NULLIF(current_setting('documents.group', true), '')::uuid"
    for table in ("folders", "document_ledger"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_group ON {table} TO documents_app USING ({group}) WITH CHECK ({group})")
    # A download by a link is counted by the keys process, which knows a release and has entered no group.
    release = "release_id = NULLIF(current_setting('documents.release', true), '')::uuid"
    op.execute(f"CREATE POLICY one_release ON document_ledger FOR INSERT TO documents_keys WITH CHECK ({release})")
