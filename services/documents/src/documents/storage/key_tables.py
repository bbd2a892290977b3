"""The tables of the keys process, in a schema of their own that the service's other role cannot enter."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)

SCHEMA = "keys"


def under_an_epoch(table: str, column: str) -> ForeignKeyConstraint:
    """Holds a row to an epoch that stands: none is written under a key that is gone, none loses its key."""
    return ForeignKeyConstraint(
        ["group_id", column],
        [f"{SCHEMA}.group_keys.group_id", f"{SCHEMA}.group_keys.epoch"],
        name=f"fk_{table}_{column}",
    )


def define_key_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Adds group_keys, release_wraps, destroyed_keys and audit, in this order."""
    group_keys = Table(
        "group_keys",
        metadata,
        Column("group_id", Uuid, primary_key=True),
        Column("epoch", Integer, primary_key=True),
        Column("root_version", Integer, nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        # When the last row was moved from this epoch to a newer one.
        Column("left_at", DateTime(timezone=True)),
        CheckConstraint("epoch > 0", "epoch_counts_from_one"),
        schema=SCHEMA,
    )
    release_wraps = Table(
        "release_wraps",
        metadata,
        Column("release_id", Uuid, primary_key=True),
        Column("group_id", Uuid, nullable=False),
        Column("document_id", Uuid, nullable=False),
        Column("version_id", Uuid, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        Column("name_epoch", Integer, nullable=False),
        Column("sealed_name", LargeBinary, nullable=False),
        Column("note_epoch", Integer),
        Column("sealed_note", LargeBinary),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("download_limit", Integer),
        Column("released_by", Uuid, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        under_an_epoch("release_wraps", "epoch"),
        under_an_epoch("release_wraps", "name_epoch"),
        under_an_epoch("release_wraps", "note_epoch"),
        Index("ix_release_wraps_group_id_document_id", "group_id", "document_id"),
        schema=SCHEMA,
    )
    # Which versions are never opened again, also where an older state of the database is brought back (P22).
    destroyed_keys = Table(
        "destroyed_keys",
        metadata,
        Column("version_id", Uuid, primary_key=True),
        Column("group_id", Uuid, nullable=False),
        Column("document_id", Uuid, nullable=False),
        Column("destroyed_at", DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    audit = Table(
        "audit",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("operation", Text, nullable=False),
        Column("group_id", Uuid, nullable=False),
        Column("person_id", Uuid),
        Column("session_id", Uuid),
        Column("document_id", Uuid),
        Column("version_id", Uuid),
        Column("release_id", Uuid),
        Column("recipient_ref", Uuid),
        Column("correlation_id", Uuid, nullable=False),
        Index("ix_audit_group_id_at", "group_id", "at"),
        schema=SCHEMA,
    )
    return group_keys, release_wraps, destroyed_keys, audit
