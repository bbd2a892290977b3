"""Getting an account back without staff: two fellow officers vouch, and the owner has 72 hours to stop it (P30)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

VOUCHES_NEEDED = 2
WAIT = timedelta(hours=72)
LIFE = timedelta(days=30)
# Officers of yesterday cannot vouch: whoever appoints two friends today must not take a neighbour's account tomorrow.
IN_OFFICE_FOR = timedelta(days=30)

# Without what is misheard or misread on the telephone (I, L, O, U, 0, 1).
_SPOKEN = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_SPOKEN_LENGTH = 8


def new_reference() -> str:
    """What is read out to a fellow officer; 39 bits, and worth nothing to who is none."""
    letters = "".join(secrets.choice(_SPOKEN) for _ in range(_SPOKEN_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


@dataclass
class Recovery:
    """One asking. `waits_until` is set with the second vouch; from then on the claim may be used."""

    id: UUID
    account_id: UUID
    reference: str
    claim_digest: bytes
    asked_at: datetime
    expires_at: datetime
    waits_until: datetime | None = None
    stopped_at: datetime | None = None
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.stopped_at is None and self.used_at is None and now < self.expires_at


def seasoned(recovery: Recovery) -> datetime:
    """Since when a voucher and the owner must have held their offices at least."""
    return recovery.asked_at - IN_OFFICE_FOR
