"""Who looked at a group's membership, and which organisations may keep that out of sight for a time (P17)."""

from shared.auth.principal import Role
from shared.db.columns import moment, words
from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid

from groups.storage.tables.metadata import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    # One of the two: who looked at the membership, or whose contact was looked at, by whom identity alone knows.
    Column("staff_id", Uuid),
    Column("contact_of", Uuid),
    Column("organisation_id", Uuid, nullable=False),
    Column("role", words(Role), nullable=False),
    Column("purpose", Text, nullable=False),
    moment("looked_at"),
    # Later than `looked_at` where two people of the organisation delayed it. Decided when it is written, for good.
    moment("shown_at"),
    Index("ix_ledger_group_id_id", "group_id", "id"),
    Index("ix_ledger_organisation_id_id", "organisation_id", "id"),
)

look_delays = Table(
    "look_delays",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    moment("asked_at"),
    Column("reason", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("agreed_by", Uuid),
    moment("agreed_at", nullable=True),
    Index("ix_look_delays_group_id_organisation_id", "group_id", "organisation_id"),
)
