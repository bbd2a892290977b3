"""What happened to an account, for its owner to read."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LedgerKind(StrEnum):
    """One kind for each thing that an owner would want to know of."""

    SIGNED_IN = "signed_in"
    NEW_DEVICE = "new_device"
    DEVICE_FORGOTTEN = "device_forgotten"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    SESSION_REUSED = "session_reused"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET = "password_reset"
    ADDRESS_CHANGE_BEGUN = "address_change_begun"
    ADDRESS_CHANGE_STOPPED = "address_change_stopped"
    ADDRESS_CHANGED = "address_changed"
    AUTHENTICATOR_ADDED = "authenticator_added"
    AUTHENTICATOR_REPLACED = "authenticator_replaced"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    MAILED_CODES_CHOSEN = "mailed_codes_chosen"
    MAILED_CODES_ENDED = "mailed_codes_ended"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DETAILS_CORRECTED = "details_corrected"
    EXPORTED = "exported"
    INACTIVITY_NOTICED = "inactivity_noticed"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_VOUCHED = "recovery_vouched"
    RECOVERY_WAITS = "recovery_waits"
    RECOVERY_STOPPED = "recovery_stopped"
    RECOVERED = "recovered"
    INVITED = "invited"
    APPOINTED = "appointed"
    APPOINTMENT_ENDED = "appointment_ended"
    DECLARED = "declared"
    AREAS_CHANGED = "areas_changed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    CLOSED = "closed"
    ORGANISATION_ADDED = "organisation_added"
    EMAIL_DOMAINS_CHANGED = "email_domains_changed"
    DATA_PROTECTION_OFFICER_NAMED = "data_protection_officer_named"
    DATA_PROTECTION_OFFICER_ENDED = "data_protection_officer_ended"
    PROVIDER_SET = "provider_set"
    PROVIDER_REMOVED = "provider_removed"
    PROVIDER_LINKED = "provider_linked"
    CONTACT_LOOKED_AT = "contact_looked_at"
    CLIENT_ADDED = "client_added"
    CLIENT_KEY_ADDED = "client_key_added"
    CLIENT_KEY_RETIRED = "client_key_retired"
    CLIENT_REVOKED = "client_revoked"


@dataclass
class LedgerEntry:
    """One line. `details` holds what the words need (a device, an organisation), never a secret or an address.

    With `account` the owner did it to that account. With `by` somebody did it to the owner: their organisation and
    role, never which person: for an inquiry their own line says it, by account, or by appointment.
    """

    id: UUID
    account_id: UUID
    at: datetime
    kind: LedgerKind
    details: dict[str, str] = field(default_factory=dict)
