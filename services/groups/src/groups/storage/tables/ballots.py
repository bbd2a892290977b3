"""Ballots, and results of meetings."""

from shared.db.columns import moment, words
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, Uuid, text

from groups.domain.ballots import Outcome
from groups.domain.meeting_results import Settled
from groups.storage.tables.metadata import metadata

ballots = Table(
    "ballots",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False, index=True),
    Column("office", Text, nullable=False),
    moment("opened_at"),
    moment("nominations_until"),
    moment("voting_until"),
    Column("electorate", Integer),
    moment("closed_at", nullable=True),
    Column("outcome", words(Outcome)),
    Column("elected", Uuid),
    Column("is_by_lot", Boolean, nullable=False),
    # When the files of the two tables of votes were last written anew after it.
    moment("swept_at", nullable=True),
    Index("uq_ballots_open", "group_id", "office", unique=True, postgresql_where=text("closed_at IS NULL")),
    Index("ix_ballots_due", "nominations_until", postgresql_where=text("closed_at IS NULL")),
)

ballot_askers = Table(
    "ballot_askers",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    moment("asked_at"),
)

ballot_nominations = Table(
    "ballot_nominations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, ForeignKey("ballots.id"), nullable=False),
    Column("person_id", Uuid),
    moment("accepted_at", nullable=True),
    UniqueConstraint("ballot_id", "person_id"),
)

# Who may vote, while voting is open; emptied when it closes.
ballot_voters = Table(
    "ballot_voters",
    metadata,
    Column("ballot_id", Uuid, ForeignKey("ballots.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("has_voted", Boolean, nullable=False),
)

# What was voted: no voter, no time, a random id. Written anew in random order when the ballot closes.
ballot_choices = Table(
    "ballot_choices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, ForeignKey("ballots.id"), nullable=False, index=True),
    Column("nomination_id", Uuid, ForeignKey("ballot_nominations.id"), nullable=False),
    Column("receipt", Text, nullable=False, unique=True),
)

meeting_results = Table(
    "meeting_results",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False, index=True),
    Column("office", Text, nullable=False),
    Column("person_id", Uuid),
    Column("recorded_by", Uuid),
    Column("held_on", Date, nullable=False),
    Column("minutes_note", Text, nullable=False),
    moment("recorded_at"),
    moment("takes_effect_at"),
    moment("settled_at", nullable=True),
    Column("settled", words(Settled)),
    Index("uq_meeting_results_open", "group_id", "office", unique=True, postgresql_where=text("settled_at IS NULL")),
    Index("ix_meeting_results_due", "takes_effect_at", postgresql_where=text("settled_at IS NULL")),
)

meeting_objections = Table(
    "meeting_objections",
    metadata,
    Column("result_id", Uuid, ForeignKey("meeting_results.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
)
