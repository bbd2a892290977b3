"""A person is being forgotten by every service (P29)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# Each of them answers with `<service>.erasure_done`.
ASKED = frozenset({"groups", "documents", "messaging"})
TOLD_AGAIN_AFTER = timedelta(hours=1)


@dataclass
class Erasure:
    """One erasure. `sealed_address` is where the receipt goes, until it went; it is all that is left of the person."""

    person_id: UUID
    requested_at: datetime
    told_at: datetime
    sealed_address: bytes | None = None
    finished_at: datetime | None = None
