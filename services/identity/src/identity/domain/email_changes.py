"""A change of address, which the owner of the old one has time to stop."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WAIT = timedelta(hours=72)


@dataclass
class EmailChange:
    """One for each account. `effective_at` is set once the new mailbox was shown to be theirs: `WAIT` later."""

    account_id: UUID
    new_email: str
    new_shared_as: str
    begun_at: datetime
    effective_at: datetime | None = None

    def confirm(self, now: datetime) -> None:
        self.effective_at = now + WAIT
