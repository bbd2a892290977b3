"""Identity's tables, the domain's dataclasses mapped to them, and the rights of the database role."""

from shared.db.rights import app_rights
from sqlalchemy.orm import registry

from identity.domain.accounts import Account, Appointment, Authenticator, Consent, Organisation
from identity.domain.appointment_offers import Offer
from identity.domain.consents import ConsentReceipt
from identity.domain.contact_looks import ContactLook
from identity.domain.devices import Device
from identity.domain.email_changes import EmailChange
from identity.domain.erasures import Erasure
from identity.domain.ledger import LedgerEntry
from identity.domain.machines import MachineClient, MachineKey
from identity.domain.passkeys import Passkey
from identity.domain.providers import Provider
from identity.domain.recoveries import Recovery
from identity.domain.sessions import BrowserSession, RefreshToken, Session
from identity.storage.tables.accounts import accounts, email_changes, ledger, links, mail_queue, organisations
from identity.storage.tables.consents import consent_receipts, consents, contact_looks
from identity.storage.tables.erasures import erasure_answers, erasures
from identity.storage.tables.factors import authenticators, challenges, mailed_codes, passkeys, recovery_codes
from identity.storage.tables.machines import machine_clients, machine_keys, used_assertions
from identity.storage.tables.metadata import metadata
from identity.storage.tables.recoveries import known_offices, recoveries, recovery_vouches
from identity.storage.tables.sessions import browser_sessions, devices, refresh_tokens, sessions, tries
from identity.storage.tables.staff import (
    appointment_offers,
    appointments,
    provider_sign_ins,
    provider_subjects,
    providers,
)

__all__ = [
    "RIGHTS",
    "WRITTEN_DOWN",
    "accounts",
    "appointment_offers",
    "appointments",
    "authenticators",
    "browser_sessions",
    "challenges",
    "consent_receipts",
    "consents",
    "contact_looks",
    "devices",
    "email_changes",
    "erasure_answers",
    "erasures",
    "known_offices",
    "ledger",
    "links",
    "machine_clients",
    "machine_keys",
    "mail_queue",
    "mailed_codes",
    "metadata",
    "organisations",
    "passkeys",
    "provider_sign_ins",
    "provider_subjects",
    "providers",
    "recoveries",
    "recovery_codes",
    "recovery_vouches",
    "refresh_tokens",
    "sessions",
    "tries",
    "used_assertions",
]

_mapped = registry(metadata=metadata)

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
