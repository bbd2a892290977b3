"""Groups' tables, and the domain's dataclasses mapped to them."""

from enum import StrEnum

from shared.auth.principal import Role
from shared.db.migrate import app_rights
from sqlalchemy import (
    Column,
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

from groups.domain.groups import Group, GroupState, Kind, Visibility
from groups.domain.markings import Authority
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
    Column("version", Integer, nullable=False),
    Index("ix_terms_group_id_office", "group_id", "office"),
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

RIGHTS: list[str] = [
    *app_rights("groups", metadata, append_only=("ledger", *APPEND_ONLY)),
    "REVOKE INSERT, UPDATE, DELETE ON areas FROM groups_app",
    *SIGN_RIGHTS,
]
