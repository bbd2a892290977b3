"""Areas, groups, who belongs in which office, and who looked."""

from enum import StrEnum

from shared.db.columns import moment, words
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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

from groups.domain.groups import GroupState, Kind, Visibility, WhoSeesMembers
from groups.domain.memberships import MembershipState
from groups.storage.tables.metadata import metadata


class Level(StrEnum):
    FORCE = "force"
    BOROUGH = "borough"
    WARD = "ward"


areas = Table(
    "areas",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", words(Level), nullable=False),
    Column("parent", Text, ForeignKey("areas.code"), index=True),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
)

# The words of a name in lower case, whatever stands between them, for a search by their beginnings.
NAME_WORDS = (
    "to_tsvector('simple'::regconfig, regexp_replace(lower(name), '[^[:alnum:]]+'::text, ' '::text, 'g'::text))"
)

groups = Table(
    "groups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", words(Kind), nullable=False),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("visibility", words(Visibility), nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("state", words(GroupState), nullable=False),
    moment("founded_at"),
    Column("version", Integer, nullable=False),
    Column("founding_organisation_id", Uuid),
    Column("what_to_expect", Text),
    Column("meeting_place", Text),
    Column("who_sees_members", words(WhoSeesMembers), nullable=False),
    moment("archived_at", nullable=True),
    CheckConstraint("kind <> 'ward_panel' OR who_sees_members = 'all'", "panels_are_open"),
    Index("ix_groups_area_id", "area", "id"),
    Index("ix_groups_founded_by_staff", "id", postgresql_where=text("founding_organisation_id IS NOT NULL")),
    Index("ix_groups_name_words", text(NAME_WORDS), postgresql_using="gin"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", words(MembershipState), nullable=False),
    Column("reason", Text),
    moment("since"),
    Column("version", Integer, nullable=False),
    moment("suspended_until", nullable=True),
    moment("undo_until", nullable=True),
    # No foreign key: a membership is of one group, and every join of the two goes by that.
    Column("merged_from", Uuid),
    UniqueConstraint("group_id", "person_id"),
    Index("ix_memberships_person_id", "person_id"),
    Index("ix_memberships_invited_since", "since", postgresql_where=text("state = 'invited'")),
    Index("ix_memberships_suspended_until", "suspended_until", postgresql_where=text("suspended_until IS NOT NULL")),
    Index("ix_memberships_undo_until", "undo_until", postgresql_where=text("undo_until IS NOT NULL")),
)

terms = Table(
    "terms",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("office", Text, nullable=False),
    moment("since"),
    moment("until", nullable=True),
    moment("ends_at", nullable=True),
    # Kept while the term lasts: whether its holder is there decides who stands in (P12).
    Column("last_seen_on", Date),
    Column("absent_until", Date),
    # When its holder first acted here with a second factor: until then somebody may have to help them (P30).
    moment("shown_factor_at", nullable=True),
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

join_links = Table(
    "join_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("most_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
    Column("made_by", Uuid, nullable=False),
)

# One a group: another replaces it, and who uses it takes it away.
merge_links = Table(
    "merge_links",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("made_by", Uuid, nullable=False),
    moment("expires_at"),
)
