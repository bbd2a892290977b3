"""What holds abuse up: pauses by two authorities (P4)."""

from shared.db.columns import moment, words
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, Uuid

from groups.domain.markings import Authority
from groups.storage.tables.metadata import metadata

pauses = Table(
    "pauses",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_authority", words(Authority), nullable=False),
    Column("asked_by", Uuid, nullable=False),
    moment("asked_at"),
    Column("confirmed_by", Uuid),
    moment("confirmed_at", nullable=True),
    moment("ends_at", nullable=True),
    # Of two that are asked for at once the database keeps one, whoever writes.
    UniqueConstraint("group_id", "number"),
    # P4: it takes two, and then it has an end.
    CheckConstraint("(confirmed_by IS NULL) = (ends_at IS NULL) AND confirmed_by IS DISTINCT FROM asked_by", "two"),
)
