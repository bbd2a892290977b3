"""Fellow officers who vouch for somebody who lost everything."""

from shared.db.columns import moment
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text

from identity.storage.tables.metadata import metadata

# Offices as groups tells them: fellow officers may vouch for one another.
known_offices = Table(
    "known_offices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("office", Text, nullable=False),
    moment("since"),
    Column("is_held", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_known_offices_person_id", "person_id", postgresql_where=text("is_held")),
)

# Somebody who lost everything asks to get their account back. The claim is known by its SHA-256 alone.
recoveries = Table(
    "recoveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("claim_digest", LargeBinary, nullable=False, unique=True),
    moment("asked_at"),
    moment("expires_at"),
    moment("waits_until", nullable=True),
    moment("stopped_at", nullable=True),
    moment("used_at", nullable=True),
    Index("ix_recoveries_account_id", "account_id"),
    Index("ix_recoveries_expires_at", "expires_at"),
)

recovery_vouches = Table(
    "recovery_vouches",
    metadata,
    Column("recovery_id", Uuid, ForeignKey("recoveries.id", ondelete="CASCADE"), primary_key=True),
    Column("voucher_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    moment("at"),
    Index("ix_recovery_vouches_voucher_id", "voucher_id"),
)
