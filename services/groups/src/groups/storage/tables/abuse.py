"""What is reported of a group, and pauses by two authorities (P4)."""

from shared.db.columns import moment, words
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

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

abuse_reports = Table(
    "abuse_reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("reporter_id", Uuid),
    Column("from_member", Boolean, nullable=False),
    Column("is_named", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("reply_to", Text),
    moment("reported_at"),
    moment("closed_at", nullable=True),
    Column("closed_by", Uuid),
    Column("closed_by_organisation", Uuid),
    Column("note", Text),
    Index("ix_abuse_reports_group_id_reported_at", "group_id", "reported_at"),
    Index("ix_abuse_reports_reporter_id", "reporter_id", postgresql_where=text("reporter_id IS NOT NULL")),
)
