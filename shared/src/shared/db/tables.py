"""The tables that every service has in its own schema: outbox, relay, inbox, idempotency keys."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def service_metadata() -> MetaData:
    """Metadata with stable constraint names and the platform's tables in it."""
    metadata = MetaData(naming_convention=NAMING)
    for define in (_outbox, _relay, _inbox, _idempotency_keys):
        define(metadata)
    return metadata


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("routing_key", Text, nullable=False),
        Column("envelope", JSONB, nullable=False),
        Column("leased_until", DateTime(timezone=True)),
        Column("lease", Uuid),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _relay(metadata: MetaData) -> Table:
    # One row: whether the relay sleeps, so that a commit need only wake it then.
    return Table(
        "relay",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("asleep", Boolean, nullable=False),
    )


def _inbox(metadata: MetaData) -> Table:
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("ix_inbox_handled_at", "handled_at"),
    )


def _idempotency_keys(metadata: MetaData) -> Table:
    return Table(
        "idempotency_keys",
        metadata,
        Column("scope", LargeBinary, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("answer", LargeBinary),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )
