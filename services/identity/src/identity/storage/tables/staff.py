"""Coordinators' appointments, and organisations' own sign-in."""

from shared.db.columns import moment
from sqlalchemy import (
    ARRAY,
    Boolean,
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

appointments = Table(
    "appointments",
    metadata,
    Column("person_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    Column("appointed_by", Uuid, nullable=False),
    moment("appointed_at"),
    moment("until", nullable=True),
    moment("ended_at", nullable=True),
    Column("version", Integer, nullable=False),
    moment("declared_at", nullable=True),
)

# What administrators asked, by address, whether a member has it or not; `person_id` says who did, to nobody before
# they declared.
appointment_offers = Table(
    "appointment_offers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    Column("asked_by", Uuid, nullable=False),
    moment("asked_at"),
    moment("until", nullable=True),
    moment("ended_at", nullable=True),
    Column("person_id", Uuid, ForeignKey("accounts.id")),
    Index("ix_appointment_offers_email", "email"),
    Index("ix_appointment_offers_person_id", "person_id"),
    Index("ix_appointment_offers_asked_at", "asked_at"),
)

# Organisations' own sign-in (OpenID Connect): who it is, sign-ins under way, and whose account a subject opens.
providers = Table(
    "providers",
    metadata,
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("set_by", Uuid, nullable=False),
    moment("set_at"),
    Column("assigns_addresses", Boolean, nullable=False),
)

provider_sign_ins = Table(
    "provider_sign_ins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("state_digest", LargeBinary, nullable=False, unique=True),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("nonce_digest", LargeBinary, nullable=False),
    Column("sealed_verifier", LargeBinary, nullable=False),
    Column("challenge", Text, nullable=False),
    moment("expires_at"),
    Index("ix_provider_sign_ins_expires_at", "expires_at"),
)

provider_subjects = Table(
    "provider_subjects",
    metadata,
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), primary_key=True),
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("linked_at"),
    UniqueConstraint("account_id", "issuer"),
)
