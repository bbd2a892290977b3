"""The vaults' tables, how entities lie in them, and who may touch which row."""

from shared.db.rights import app_rights
from shared.db.tables import service_metadata
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import registry

from documents.domain.document import Document, Readers, Version
from documents.domain.folder import Folder
from documents.domain.ledger import Act, LedgerLine
from documents.domain.release import Recipient, Release
from documents.storage.key_tables import define_key_tables, under_an_epoch

metadata = service_metadata()
group_keys, release_wraps, destroyed_keys, audit = define_key_tables(metadata)

# Which groups have a vault, so that work over all of them can enter one after the other: no query sees two groups.
vaults = Table(
    "vaults",
    metadata,
    Column("group_id", Uuid, primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("quota_bytes", BigInteger),
    CheckConstraint("used_bytes >= 0", "used_is_a_count"),
)

folders = Table(
    "folders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("parent_id", Uuid),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("texts_epoch", Integer, nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("group_id", "id"),
    ForeignKeyConstraint(["group_id", "parent_id"], ["folders.group_id", "folders.id"]),
    under_an_epoch("folders", "texts_epoch"),
    Index("ix_folders_group_id_texts_epoch", "group_id", "texts_epoch"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("readers", Enum(Readers, values_callable=lambda e: [r.value for r in e], native_enum=False), nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_description", LargeBinary),
    Column("sealed_tags", LargeBinary),
    Column("texts_epoch", Integer, nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("folder_id", Uuid),
    Column("pinned_at", DateTime(timezone=True)),
    Column("expires_on", Date),
    Column("keep_until", Date),
    Column("deleted_at", DateTime(timezone=True)),
    Column("deleted_by", Uuid),
    Column("destroyed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("group_id", "id"),
    ForeignKeyConstraint(["group_id", "folder_id"], ["folders.group_id", "folders.id"]),
    Index("ix_documents_group_id_folder_id", "group_id", "folder_id"),
    Index("ix_documents_expires_on", "group_id", "expires_on", postgresql_where=text("expires_on IS NOT NULL")),
    Index("ix_documents_deleted_at", "group_id", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
    under_an_epoch("documents", "texts_epoch"),
    Index("ix_documents_group_id_texts_epoch", "group_id", "texts_epoch"),
    CheckConstraint("readers IN ('officers', 'members')", "readers"),
    # What has lost its keys never comes back out of the bin.
    CheckConstraint("destroyed_at IS NULL OR deleted_at IS NOT NULL", "destroyed_in_the_bin"),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("key_epoch", Integer, nullable=False),
    Column("added_by", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("object_key", Text),
    Column("ready_at", DateTime(timezone=True)),
    UniqueConstraint("group_id", "document_id", "id"),
    ForeignKeyConstraint(["group_id", "document_id"], ["documents.group_id", "documents.id"]),
    under_an_epoch("versions", "key_epoch"),
    Index("ix_versions_group_id_key_epoch", "group_id", "key_epoch"),
    CheckConstraint("(object_key IS NULL) = (ready_at IS NULL)", "ready_or_absent"),
    Index("ix_versions_declared", "group_id", "created_at", postgresql_where=text("ready_at IS NULL")),
)

# Refers to nothing: its lines outlive what they tell of.
document_ledger = Table(
    "document_ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("version_id", Uuid),
    Column("release_id", Uuid),
    Column("recipient_ref", Uuid),
    Column(
        "act", Enum(Act, values_callable=lambda e: [a.value for a in e], native_enum=False, length=40), nullable=False
    ),
    Column("person_id", Uuid),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_document_ledger_group_id_document_id_id", "group_id", "document_id", "id"),
    Index(
        "ix_document_ledger_group_id_release_id_id",
        "group_id",
        "release_id",
        "id",
        postgresql_where=text("release_id IS NOT NULL"),
    ),
)

# What is on its way into the store, and for which version. A row that stays belongs to an upload that died; it names no
# group, so that the worker finds it without one.
uploads = Table(
    "uploads",
    metadata,
    Column("object_key", Text, primary_key=True),
    Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("version_id", Uuid),
    Index("ix_uploads_begun_at", "begun_at"),
    Index("ix_uploads_version_id", "version_id"),
)

# An upload that may be cut and go on. It lives as long as its row among the uploads: whoever removes that, ends it.
resumed_uploads = Table(
    "resumed_uploads",
    metadata,
    Column("version_id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("store_upload_id", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("kept_parts", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("group_id", "version_id"),
    ForeignKeyConstraint(["object_key"], ["uploads.object_key"], ondelete="CASCADE"),
    ForeignKeyConstraint(
        ["group_id", "document_id", "version_id"],
        ["versions.group_id", "versions.document_id", "versions.id"],
        ondelete="CASCADE",
    ),
    Index("ix_resumed_uploads_object_key", "object_key"),
)

# `digest` holds a part's place to its bytes from before they are sealed; `tag` is the store's, once it has the part.
upload_parts = Table(
    "upload_parts",
    metadata,
    Column("version_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("tag", Text),
    ForeignKeyConstraint(
        ["group_id", "version_id"], ["resumed_uploads.group_id", "resumed_uploads.version_id"], ondelete="CASCADE"
    ),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("version_id", Uuid, nullable=False),
    Column("list_id", Uuid, nullable=False),
    Column("released_by", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("download_limit", Integer),
    Column("has_note", Boolean, nullable=False, server_default=text("false")),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Uuid),
    Column("version", Integer, nullable=False),
    UniqueConstraint("group_id", "id"),
    ForeignKeyConstraint(
        ["group_id", "document_id", "version_id"], ["versions.group_id", "versions.document_id", "versions.id"]
    ),
    Index("ix_releases_group_id_document_id", "group_id", "document_id"),
)

release_recipients = Table(
    "release_recipients",
    metadata,
    Column("release_id", Uuid, primary_key=True),
    Column("ref", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("secret_sha256", LargeBinary, nullable=False),
    Column("sealed_group_name", Text, nullable=False, server_default=text("''")),
    Column("downloads", Integer, nullable=False, server_default=text("0")),
    Column("last_downloaded_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["group_id", "release_id"], ["releases.group_id", "releases.id"]),
    CheckConstraint("octet_length(secret_sha256) = 32", "a_digest"),
)

mapping = registry(metadata=metadata)
mapping.map_imperatively(Document, documents)
mapping.map_imperatively(Version, versions)
mapping.map_imperatively(Folder, folders)
mapping.map_imperatively(LedgerLine, document_ledger)
mapping.map_imperatively(Release, releases)
mapping.map_imperatively(Recipient, release_recipients)

# Row-level security (security.md, wall 5) lies in the migrations; rights are given anew by every migrate.
RIGHTS: list[str] = [
    *app_rights("documents", metadata, append_only=("document_ledger",)),
    "GRANT USAGE ON SCHEMA keys, public TO documents_keys",
    # The record and the list of what is destroyed only grow.
    "GRANT SELECT, INSERT ON keys.group_keys, keys.release_wraps, keys.destroyed_keys, keys.audit TO documents_keys",
    # A new root key wraps the same group keys; an epoch is marked when rows leave it, and goes when none is left.
    "GRANT UPDATE (root_version, wrapped, left_at), DELETE ON keys.group_keys TO documents_keys",
    # A new epoch wraps the same keys and seals the same names; wraps go with their version.
    "GRANT UPDATE (epoch, wrapped, name_epoch, sealed_name), DELETE ON keys.release_wraps TO documents_keys",
    "GRANT UPDATE (note_epoch, sealed_note) ON keys.release_wraps TO documents_keys",
    # For the one conditional UPDATE that opens a release.
    "GRANT SELECT (id, revoked_at, expires_at) ON releases TO documents_keys",
    "GRANT SELECT (release_id, ref, secret_sha256, downloads, revoked_at) ON release_recipients TO documents_keys",
    "GRANT UPDATE (downloads, last_downloaded_at) ON release_recipients TO documents_keys",
    # Whatever it counts, it writes down with it.
    "GRANT INSERT ON document_ledger TO documents_keys",
    # For new epochs: what is sealed, and what it is bound to.
    "GRANT SELECT (id, group_id, document_id, wrapped_key, key_epoch) ON versions TO documents_keys",
    "GRANT UPDATE (wrapped_key, key_epoch) ON versions TO documents_keys",
    "GRANT SELECT (id, group_id) ON documents, folders TO documents_keys",
    "GRANT SELECT (sealed_name, texts_epoch) ON documents, folders TO documents_keys",
    "GRANT UPDATE (sealed_name, texts_epoch) ON documents, folders TO documents_keys",
    "GRANT SELECT (sealed_description, sealed_tags) ON documents TO documents_keys",
    "GRANT UPDATE (sealed_description, sealed_tags) ON documents TO documents_keys",
    # For destroying keys: it looks itself how long a document has been in the bin, and marks what it destroyed.
    "GRANT SELECT (deleted_at, destroyed_at), UPDATE (destroyed_at) ON documents TO documents_keys",
]
