"""The tables of the keys process, in a schema of their own that the service's other role cannot enter."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid, func

SCHEMA = "keys"


def define_key_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Adds group_keys, release_wraps and audit, in this order."""
    group_keys = Table(
        "group_keys",
        metadata,
        Column("group_id", Uuid, primary_key=True),
        Column("epoch", Integer, primary_key=True),
        Column("root_version", Integer, nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
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
    return group_keys, release_wraps, audit
