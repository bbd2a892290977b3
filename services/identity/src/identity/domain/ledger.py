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
    DETAILS_CORRECTED = "details_corrected"
    EXPORTED = "exported"
    INACTIVITY_NOTICED = "inactivity_noticed"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_VOUCHED = "recovery_vouched"
    RECOVERY_WAITS = "recovery_waits"
    RECOVERY_STOPPED = "recovery_stopped"
    RECOVERED = "recovered"


@dataclass
class LedgerEntry:
    """One line. `details` holds what the words need (a device, an organisation), never a secret or an address."""

    id: UUID
    account_id: UUID
    at: datetime
    kind: LedgerKind
    details: dict[str, str] = field(default_factory=dict)
