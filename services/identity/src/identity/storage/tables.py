"""Identity's tables, and the domain's dataclasses mapped to them."""

from datetime import datetime
from enum import StrEnum

from shared.auth.principal import Assurance, Plane, Role
from shared.db.migrate import app_rights
from shared.db.tables import service_metadata
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

from identity.domain.accounts import Account, AccountState, Appointment, Authenticator, Authority, Consent, Organisation
from identity.domain.appointment_offers import Offer
from identity.domain.consents import ConsentReceipt
from identity.domain.contact_looks import ContactLook
from identity.domain.devices import Device
from identity.domain.email_changes import EmailChange
from identity.domain.erasures import Erasure
from identity.domain.ledger import LedgerEntry, LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.domain.machines import MachineClient, MachineKey
from identity.domain.passkeys import ChallengePurpose, Passkey
from identity.domain.providers import Provider
from identity.domain.recoveries import Recovery
from identity.domain.sessions import BrowserSession, RefreshToken, Session

metadata = service_metadata()
_mapped = registry(metadata=metadata)


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=40, values_callable=lambda words: [word.value for word in words])


def _moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("authority", _words(Authority)),
    Column("version", Integer, nullable=False),
    Column("email_domains", ARRAY(Text), nullable=False, server_default="{}"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plane", _words(Plane), nullable=False),
    Column("email", Text, nullable=False),
    Column("shared_as", Text, nullable=False, server_default=""),
    Column("display_name", Text, nullable=False),
    Column("state", _words(AccountState), nullable=False),
    _moment("created_at"),
    Column("password_hash", Text),
    Column("area", Text),
    Column("organisation_id", Uuid, ForeignKey("organisations.id")),
    Column("role", _words(Role)),
    Column("areas", ARRAY(Text), nullable=False),
    Column("version", Integer, nullable=False),
    Column("password_is_long", Boolean, nullable=False, server_default=true()),
    Column("mails_codes", Boolean, nullable=False, server_default=false()),
    _moment("last_active_at", nullable=True),
    _moment("warned_at", nullable=True),
    _moment("notice_sent_at", nullable=True),
    # A closed account keeps its address for what it did, and leaves it to the next.
    Index("uq_accounts_email_shared_as", "email", "shared_as", unique=True, postgresql_where=text("state <> 'closed'")),
)

authenticators = Table(
    "authenticators",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("sealed_seed", LargeBinary),
    _moment("confirmed_at", nullable=True),
    Column("last_step", BigInteger, nullable=False),
    Column("pending_seed", LargeBinary),
    _moment("pending_at", nullable=True),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    _moment("added_at"),
    _moment("last_used_at", nullable=True),
    Index("ix_passkeys_account_id", "account_id"),
)

# What passkeys must sign: the SHA-256 of each challenge, taken out by one conditional statement when it is answered.
# Without an account where nobody is signed in yet.
challenges = Table(
    "challenges",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", _words(ChallengePurpose), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id")),
    _moment("made_at"),
    Index("ix_challenges_made_at", "made_at"),
)

# The newest code that was mailed to an account, under a key that is in no database.
mailed_codes = Table(
    "mailed_codes",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    _moment("asked_at"),
    Column("digest", LargeBinary),
    _moment("made_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    _moment("used_at", nullable=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    _moment("used_at", nullable=True),
    Index("ix_recovery_codes_account_id", "account_id"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("person_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    Column("appointed_by", Uuid, nullable=False),
    _moment("appointed_at"),
    _moment("until", nullable=True),
    _moment("ended_at", nullable=True),
    Column("version", Integer, nullable=False),
    _moment("declared_at", nullable=True),
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
    _moment("asked_at"),
    _moment("until", nullable=True),
    _moment("ended_at", nullable=True),
    Column("person_id", Uuid, ForeignKey("accounts.id")),
    Index("ix_appointment_offers_email", "email"),
    Index("ix_appointment_offers_person_id", "person_id"),
    Index("ix_appointment_offers_asked_at", "asked_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("is_given", Boolean, nullable=False),
    _moment("since"),
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
    _moment("at"),
    Column("wording_version", Integer, nullable=False),
    Index("ix_consent_receipts_person_id_id", "person_id", "id"),
)

# Who is being forgotten. The address is sealed, for the receipt alone, and gone once that is written.
erasures = Table(
    "erasures",
    metadata,
    Column("person_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    _moment("requested_at"),
    _moment("told_at"),
    Column("sealed_address", LargeBinary),
    _moment("finished_at", nullable=True),
    Index("ix_erasures_told_at", "told_at", postgresql_where=text("finished_at IS NULL")),
)

erasure_answers = Table(
    "erasure_answers",
    metadata,
    Column("person_id", Uuid, ForeignKey("erasures.person_id"), primary_key=True),
    Column("service", Text, primary_key=True),
    _moment("done_at"),
)

# Offices as groups tells them: fellow officers may vouch for one another.
known_offices = Table(
    "known_offices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("office", Text, nullable=False),
    _moment("since"),
    Column("is_held", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_known_offices_person_id", "person_id", postgresql_where=text("is_held")),
)

# Somebody who lost everything asks to get their account back. The claim is known by its SHA-256 alone.
recoveries = Table(
    "recoveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("claim_digest", LargeBinary, nullable=False, unique=True),
    _moment("asked_at"),
    _moment("expires_at"),
    _moment("waits_until", nullable=True),
    _moment("stopped_at", nullable=True),
    _moment("used_at", nullable=True),
    Index("ix_recoveries_account_id", "account_id"),
    Index("ix_recoveries_expires_at", "expires_at"),
)

recovery_vouches = Table(
    "recovery_vouches",
    metadata,
    Column("recovery_id", Uuid, ForeignKey("recoveries.id", ondelete="CASCADE"), primary_key=True),
    Column("voucher_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    _moment("at"),
    Index("ix_recovery_vouches_voucher_id", "voucher_id"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    _moment("first_used_at"),
    _moment("last_used_at"),
    Column("remembered", Boolean, nullable=False),
    _moment("forgotten_at", nullable=True),
    Index("ix_devices_account_id", "account_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("plane", _words(Plane), nullable=False),
    Column("role", _words(Role)),
    Column("organisation_id", Uuid),
    Column("assurance", _words(Assurance), nullable=False),
    _moment("authenticated_at"),
    _moment("opened_at"),
    _moment("last_used_at"),
    Column("areas", ARRAY(Text), nullable=False),
    _moment("ended_at", nullable=True),
    Column("device_id", Uuid, ForeignKey("devices.id")),
    Column("remembered", Boolean, nullable=False, server_default=false()),
    _moment("recovered_at", nullable=True),
    Index("ix_sessions_ended_at", "ended_at"),
    Index("ix_sessions_account_id", "account_id"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id"), nullable=False),
    _moment("issued_at"),
    _moment("replaced_at", nullable=True),
)

# What browsers keep in a cookie in place of a refresh token: the SHA-256 of each secret.
browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("sessions.id"), nullable=False),
    _moment("made_at"),
    _moment("replaced_at", nullable=True),
    Index("ix_browser_sessions_session_id", "session_id"),
    Index("ix_browser_sessions_replaced_at", "replaced_at"),
)

# A new address that waits: to be confirmed by its mailbox, then for the owner of the old one to stop it.
email_changes = Table(
    "email_changes",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("new_email", Text, nullable=False),
    Column("new_shared_as", Text, nullable=False),
    _moment("begun_at"),
    _moment("effective_at", nullable=True),
)

# Tries within a day, by lane. Lanes and guesses are keyed hashes: no address, source or password rests here.
tries = Table(
    "tries",
    metadata,
    Column("lane", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    _moment("began_at"),
    _moment("closed_until", nullable=True),
    Column("guess", LargeBinary, nullable=False),
    _moment("counted_at"),
    Index("ix_tries_began_at", "began_at"),
)

# Secrets of links: their SHA-256, one purpose each, used once by one conditional statement.
links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", _words(LinkPurpose), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    _moment("expires_at"),
    _moment("used_at", nullable=True),
    Index("ix_links_account_id", "account_id"),
)

# What happened to an account, for its owner to read. Added to and never changed.
ledger = Table(
    "ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    _moment("at"),
    Column("kind", _words(LedgerKind), nullable=False),
    Column("details", JSONB, nullable=False),
    Index("ix_ledger_account_id_id", "account_id", "id"),
)

# Who looked at a member's contact (P17); added to and never changed. Of an erased member a salted digest is left, whose
# salt was kept nowhere.
contact_looks = Table(
    "contact_looks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("role", _words(Role), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("person_id", Uuid, ForeignKey("accounts.id")),
    Column("person_digest", LargeBinary),
    Column("group_id", Uuid, nullable=False),
    _moment("at"),
    CheckConstraint("num_nonnulls(person_id, person_digest) = 1", name="one_person"),
    Index("ix_contact_looks_person_id", "person_id"),
    Index("ix_contact_looks_staff_id_at", "staff_id", "at"),
)

# What is still to be mailed: to the account's own address unless another is given, as before a change of address.
# `details` are for the words. The link's secret is made when the mail is written, so none rests here.
mail_queue = Table(
    "mail_queue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", _words(MailKind), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    _moment("due_at"),
    Column("attempts", Integer, nullable=False),
    Column("address", Text),
    Column("details", JSONB, nullable=False, server_default="{}"),
    Index("ix_mail_queue_due_at", "due_at"),
)

# A force's own software, its public keys, and the assertions that it has used: each opens one token.
machine_clients = Table(
    "machine_clients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    _moment("created_at"),
    Column("created_by", Uuid, nullable=False),
    _moment("last_used_at", nullable=True),
    _moment("revoked_at", nullable=True),
    Index("ix_machine_clients_organisation_id", "organisation_id"),
    Index("ix_machine_clients_revoked_at", "revoked_at"),
)

machine_keys = Table(
    "machine_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Uuid, ForeignKey("machine_clients.id"), nullable=False),
    Column("kid", Text, nullable=False, unique=True),
    Column("algorithm", Text, nullable=False),
    Column("jwk", JSONB, nullable=False),
    _moment("added_at"),
    Column("added_by", Uuid, nullable=False),
    _moment("last_used_at", nullable=True),
    _moment("retired_at", nullable=True),
    Index("ix_machine_keys_client_id", "client_id"),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("client_id", Uuid, ForeignKey("machine_clients.id"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    _moment("expires_at"),
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
    _moment("set_at"),
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
    _moment("expires_at"),
    Index("ix_provider_sign_ins_expires_at", "expires_at"),
)

provider_subjects = Table(
    "provider_subjects",
    metadata,
    Column("organisation_id", Uuid, ForeignKey("organisations.id"), primary_key=True),
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    _moment("linked_at"),
    UniqueConstraint("account_id", "issuer"),
)

_mapped.map_imperatively(Organisation, organisations)
_mapped.map_imperatively(Account, accounts)
_mapped.map_imperatively(Authenticator, authenticators)
_mapped.map_imperatively(Passkey, passkeys)
_mapped.map_imperatively(Appointment, appointments)
_mapped.map_imperatively(Offer, appointment_offers)
_mapped.map_imperatively(Consent, consents)
_mapped.map_imperatively(Device, devices)
_mapped.map_imperatively(Session, sessions)
_mapped.map_imperatively(RefreshToken, refresh_tokens)
_mapped.map_imperatively(BrowserSession, browser_sessions)
_mapped.map_imperatively(EmailChange, email_changes)
_mapped.map_imperatively(LedgerEntry, ledger)
_mapped.map_imperatively(ConsentReceipt, consent_receipts)
# The digest is the database's own affair.
_mapped.map_imperatively(ContactLook, contact_looks, exclude_properties=["person_digest"])
_mapped.map_imperatively(Erasure, erasures)
_mapped.map_imperatively(Recovery, recoveries)
_mapped.map_imperatively(MachineClient, machine_clients)
_mapped.map_imperatively(MachineKey, machine_keys)
_mapped.map_imperatively(Provider, providers)

# Whatever is written down is added to alone. Erasing takes a person out of it by the one function that may.
WRITTEN_DOWN = (consent_receipts, contact_looks, ledger)

RIGHTS: list[str] = [
    *app_rights("identity", metadata, append_only=[table.name for table in WRITTEN_DOWN]),
    "REVOKE ALL ON FUNCTION forget_written_down(uuid) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION forget_written_down(uuid) TO identity_app",
]
