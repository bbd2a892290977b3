"""The log of markings, and what shows beside one."""

from shared.db.columns import moment, words
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, Uuid

from groups.domain.markings import Authority, Change, Entry, SubjectKind
from groups.storage.tables.metadata import metadata

marking_entries = Table(
    "marking_entries",
    metadata,
    # Its place in the log, from 1 without a gap: given under the lock of the log, never by a sequence.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("marking_id", Uuid, nullable=False),
    Column("entry", words(Entry), nullable=False),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("subject_kind", words(SubjectKind), nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("authority", words(Authority), nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("staff_id", Uuid, nullable=False),
    moment("entered_at"),
    moment("expires_at"),
    Column("declared_membership", Boolean, nullable=False),
    # What was said of the marker's household; None where it was not asked: at a withdrawal.
    Column("declared_household", Boolean),
    Column("about_seal", LargeBinary, nullable=False),
    Column("marker_seal", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # Unique, so that the log cannot fork whoever writes.
    Column("previous_hash", LargeBinary, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("marking_id", "entry"),
    Index("ix_marking_entries_subject_id", "subject_id"),
    Index("ix_marking_entries_group_id", "group_id"),
)

marking_details = Table(
    "marking_details",
    metadata,
    # What `about_seal` seals besides the subject, and its salt. Gone with the person whom the marking is about (P29).
    Column("number", BigInteger, ForeignKey("marking_entries.number"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("statement", Text),
    Column("reason", Text),
)

marker_salts = Table(
    "marker_salts",
    metadata,
    # The salt of `marker_seal`. Gone with the person who marked (P29).
    Column("number", BigInteger, ForeignKey("marking_entries.number"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
)

told_expiries = Table(
    "told_expiries",
    metadata,
    # Of which markings the others were told that they are over: of each once.
    Column("marking_id", Uuid, primary_key=True),
    moment("told_at"),
)

group_changes = Table(
    "group_changes",
    metadata,
    # What a marking may have been given for and is no longer so. The leading office's history lies in its terms.
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("what", words(Change), nullable=False),
    moment("changed_at"),
    Index("ix_group_changes_group_id", "group_id"),
)

group_pages = Table(
    "group_pages",
    metadata,
    # The group's page for everybody, under an id that says nothing of the group's own.
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
)

APPEND_ONLY = ("marking_entries", "marking_details", "marker_salts", "group_changes", "told_expiries")
