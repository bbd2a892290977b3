"""Groups' tables, and the domain's dataclasses mapped to them."""

from enum import StrEnum

from shared.auth.principal import Role
from shared.db.migrate import app_rights
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import registry

from groups.domain.ballots import Ballot, Nomination, Outcome
from groups.domain.groups import Group, GroupState, Kind, Visibility
from groups.domain.markings import Authority
from groups.domain.meeting_results import MeetingResult, Settled
from groups.domain.memberships import Membership, MembershipState
from groups.domain.terms import Term
from groups.storage import columns
from groups.storage.marking_tables import APPEND_ONLY, SIGN_RIGHTS

metadata = columns.metadata
_moment, _words = columns.moment, columns.words
_mapped = registry(metadata=metadata)


class Level(StrEnum):
    FORCE = "force"
    BOROUGH = "borough"
    WARD = "ward"


areas = Table(
    "areas",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", _words(Level), nullable=False),
    Column("parent", Text, ForeignKey("areas.code"), index=True),
)

groups = Table(
    "groups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", _words(Kind), nullable=False),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("visibility", _words(Visibility), nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("state", _words(GroupState), nullable=False),
    _moment("founded_at"),
    Column("version", Integer, nullable=False),
    Column("founding_organisation_id", Uuid),
    Index("ix_groups_area_id", "area", "id"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", _words(MembershipState), nullable=False),
    Column("reason", Text),
    _moment("since"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("group_id", "person_id"),
    Index("ix_memberships_person_id", "person_id"),
)

terms = Table(
    "terms",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("office", Text, nullable=False),
    _moment("since"),
    _moment("until", nullable=True),
    _moment("ends_at", nullable=True),
    # Kept while the term lasts: whether its holder is there decides who stands in (P12).
    Column("last_seen_on", Date),
    Column("absent_until", Date),
    Column("version", Integer, nullable=False),
    Index("ix_terms_group_id_office", "group_id", "office"),
    Index("ix_terms_ends_at", "ends_at", postgresql_where=text("until IS NULL AND ends_at IS NOT NULL")),
    # One holder of an office, one office a person, one forwarding right a person: whoever writes.
    Index(
        "uq_terms_held_office",
        "group_id",
        "office",
        unique=True,
        postgresql_where=text("until IS NULL AND office <> 'forwarder'"),
    ),
    Index(
        "uq_terms_held_by_person",
        "group_id",
        "person_id",
        unique=True,
        postgresql_where=text("until IS NULL AND office <> 'forwarder'"),
    ),
    Index(
        "uq_terms_forwarder",
        "group_id",
        "person_id",
        unique=True,
        postgresql_where=text("until IS NULL AND office = 'forwarder'"),
    ),
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False, index=True),
    Column("office", Text, nullable=False),
    _moment("opened_at"),
    _moment("nominations_until"),
    _moment("voting_until"),
    Column("electorate", Integer),
    _moment("closed_at", nullable=True),
    Column("outcome", _words(Outcome)),
    Column("elected", Uuid),
    Column("is_by_lot", Boolean, nullable=False),
    Index("uq_ballots_open", "group_id", "office", unique=True, postgresql_where=text("closed_at IS NULL")),
    Index("ix_ballots_due", "nominations_until", postgresql_where=text("closed_at IS NULL")),
)

ballot_askers = Table(
    "ballot_askers",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    _moment("asked_at"),
)

ballot_nominations = Table(
    "ballot_nominations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, ForeignKey("ballots.id"), nullable=False),
    Column("person_id", Uuid),
    _moment("accepted_at", nullable=True),
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
    _moment("recorded_at"),
    _moment("takes_effect_at"),
    _moment("settled_at", nullable=True),
    Column("settled", _words(Settled)),
    Index("uq_meeting_results_open", "group_id", "office", unique=True, postgresql_where=text("settled_at IS NULL")),
    Index("ix_meeting_results_due", "takes_effect_at", postgresql_where=text("settled_at IS NULL")),
)

meeting_objections = Table(
    "meeting_objections",
    metadata,
    Column("result_id", Uuid, ForeignKey("meeting_results.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
)

join_links = Table(
    "join_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("most_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
    _moment("expires_at"),
    _moment("revoked_at", nullable=True),
    Column("made_by", Uuid, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("email_tag", Text, primary_key=True),
    Column("invited_by", Uuid, nullable=False),
    _moment("expires_at"),
    Index("ix_invitations_email_tag", "email_tag"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    # One of the two: who looked at the membership, or whose contact was looked at, by whom identity alone knows.
    Column("staff_id", Uuid),
    Column("contact_of", Uuid),
    Column("organisation_id", Uuid, nullable=False),
    Column("role", _words(Role), nullable=False),
    Column("purpose", Text, nullable=False),
    _moment("looked_at"),
    Index("ix_ledger_group_id_id", "group_id", "id"),
)

known_people = Table(
    "known_people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

known_invitees = Table(
    "known_invitees",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email_tag", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
)

known_staff = Table(
    "known_staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, index=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("role", _words(Role), nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

known_organisations = Table(
    "known_organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("authority", _words(Authority)),
    Column("version", Integer, nullable=False),
)

_mapped.map_imperatively(Group, groups)
_mapped.map_imperatively(Membership, memberships)
_mapped.map_imperatively(Term, terms)
_mapped.map_imperatively(Ballot, ballots)
_mapped.map_imperatively(Nomination, ballot_nominations)
_mapped.map_imperatively(MeetingResult, meeting_results)

RIGHTS: list[str] = [
    *app_rights("groups", metadata, append_only=("ledger", *APPEND_ONLY)),
    "REVOKE INSERT, UPDATE, DELETE ON areas FROM groups_app",
    *SIGN_RIGHTS,
]
