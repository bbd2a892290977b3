"""What happened to an account, for its owner to read."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LedgerKind(StrEnum):
    """One kind for each thing that an owner would want to know of."""

    SIGNED_IN = "signed_in"
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


@dataclass
class LedgerEntry:
    """One line. `details` holds what the words need (a device, an organisation), never a secret or an address."""

    id: UUID
    account_id: UUID
    at: datetime
    kind: LedgerKind
    details: dict[str, str] = field(default_factory=dict)
