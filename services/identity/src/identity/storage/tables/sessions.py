"""Devices, sessions and what continues them; and guesses, held off."""

from shared.auth.principal import Assurance, Plane, Role
from shared.db.columns import moment, words
from sqlalchemy import ARRAY, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, false

from identity.storage.tables.metadata import metadata

devices = Table(
    "devices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    moment("first_used_at"),
    moment("last_used_at"),
    Column("remembered", Boolean, nullable=False),
    moment("forgotten_at", nullable=True),
    Index("ix_devices_account_id", "account_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("plane", words(Plane), nullable=False),
    Column("role", words(Role)),
    Column("organisation_id", Uuid),
    Column("assurance", words(Assurance), nullable=False),
    moment("authenticated_at"),
    moment("opened_at"),
    moment("last_used_at"),
    Column("areas", ARRAY(Text), nullable=False),
    moment("ended_at", nullable=True),
    Column("device_id", Uuid, ForeignKey("devices.id")),
    Column("remembered", Boolean, nullable=False, server_default=false()),
    moment("recovered_at", nullable=True),
    Index("ix_sessions_ended_at", "ended_at"),
    Index("ix_sessions_account_id", "account_id"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id"), nullable=False),
    moment("issued_at"),
    moment("replaced_at", nullable=True),
)

# What browsers keep in a cookie in place of a refresh token: the SHA-256 of each secret.
browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id"), nullable=False),
    moment("made_at"),
    moment("replaced_at", nullable=True),
    Index("ix_browser_sessions_session_id", "session_id"),
    Index("ix_browser_sessions_replaced_at", "replaced_at"),
)

# Tries within a day, by lane. Lanes and guesses are keyed hashes: no address, source or password rests here.
tries = Table(
    "tries",
    metadata,
    Column("lane", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    moment("began_at"),
    moment("closed_until", nullable=True),
    Column("guess", LargeBinary, nullable=False),
    moment("counted_at"),
    Index("ix_tries_began_at", "began_at"),
)
