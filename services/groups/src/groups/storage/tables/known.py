"""What identity and messaging have told: a row is replaced by a newer version."""

from shared.auth.principal import Role
from shared.db.columns import words
from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from groups.domain.markings import Authority
from groups.storage.tables.metadata import metadata

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
    Column("role", words(Role), nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

# By the id of the organisation. Nobody where `staff_id` is None.
known_data_protection_officers = Table(
    "known_data_protection_officers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", Uuid),
    Column("version", Integer, nullable=False),
)

known_organisations = Table(
    "known_organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("authority", words(Authority)),
    Column("version", Integer, nullable=False),
)

# That somebody cannot be reached: for staff a reason to ask the group, never who it is (P16).
known_comms_issues = Table(
    "known_comms_issues",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_known_comms_issues_person_id", "person_id", postgresql_where=text("state = 'open'")),
)
