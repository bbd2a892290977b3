"""Sharing consents, and who looked at what they opened."""

from shared.auth.principal import Role
from shared.db.columns import moment, words
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from identity.storage.tables.metadata import metadata

consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("is_given", Boolean, nullable=False),
    moment("since"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("person_id", "organisation_id"),
)

# Added to and never changed: the rights of the database role say so.
consent_receipts = Table(
    "consent_receipts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("is_given", Boolean, nullable=False),
    moment("at"),
    Column("wording_version", Integer, nullable=False),
    Index("ix_consent_receipts_person_id_id", "person_id", "id"),
)

# Who looked at a member's contact (P17); added to and never changed. Of an erased member a salted digest is left, whose
# salt was kept nowhere.
contact_looks = Table(
    "contact_looks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("role", words(Role), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("person_id", Uuid, ForeignKey("accounts.id")),
    Column("person_digest", LargeBinary),
    Column("group_id", Uuid, nullable=False),
    moment("at"),
    CheckConstraint("num_nonnulls(person_id, person_digest) = 1", name="one_person"),
    Index("ix_contact_looks_person_id", "person_id"),
    Index("ix_contact_looks_staff_id_at", "staff_id", "at"),
    Index("ix_contact_looks_organisation_id_id", "organisation_id", "id"),
)
