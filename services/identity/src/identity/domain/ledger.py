"""What happened to an account, for its owner to read."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LedgerKind(StrEnum):
    """One kind for each thing that an owner would want to know of."""

    SIGNED_IN = "signed_in"
    AUTHENTICATOR_ADDED = "authenticator_added"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    APPOINTED = "appointed"
    APPOINTMENT_ENDED = "appointment_ended"
    DECLARED = "declared"
    AREAS_CHANGED = "areas_changed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    CLOSED = "closed"
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
    """One line. `details` holds what the words need (a device, an organisation), never a secret or an address."""

    id: UUID
    account_id: UUID
    at: datetime
    kind: LedgerKind
    details: dict[str, str] = field(default_factory=dict)
