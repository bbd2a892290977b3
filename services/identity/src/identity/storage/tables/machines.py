"""A force's own software."""

from shared.db.columns import moment
from sqlalchemy import ARRAY, Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from identity.storage.tables.metadata import metadata

# A force's own software, its public keys, and the assertions that it has used: each opens one token.
machine_clients = Table(
    "machine_clients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    moment("created_at"),
    Column("created_by", Uuid, nullable=False),
    moment("last_used_at", nullable=True),
    moment("revoked_at", nullable=True),
    Index("ix_machine_clients_organisation_id", "organisation_id"),
    Index("ix_machine_clients_revoked_at", "revoked_at"),
)

machine_keys = Table(
    "machine_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Uuid, ForeignKey("machine_clients.id"), nullable=False),
    Column("kid", Text, nullable=False, unique=True),
    Column("algorithm", Text, nullable=False),
    Column("jwk", JSONB, nullable=False),
    moment("added_at"),
    Column("added_by", Uuid, nullable=False),
    moment("last_used_at", nullable=True),
    moment("retired_at", nullable=True),
    Index("ix_machine_keys_client_id", "client_id"),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("client_id", Uuid, ForeignKey("machine_clients.id"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    moment("expires_at"),
)
