"""The devices that an account was used on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

AN_HOUR = timedelta(hours=1)


@dataclass
class Device:
    """A browser or phone, known by the SHA-256 of a secret that it keeps.

    Every device that signed in is known, so that its owner is never held off by others' guesses. One that is
    `remembered` is also not asked for a second factor each time, and stays signed in for 30 days.
    """

    id: UUID
    account_id: UUID
    digest: bytes
    label: str
    first_used_at: datetime
    last_used_at: datetime
    remembered: bool = False
    forgotten_at: datetime | None = None

    def note_use(self, now: datetime, *, remember: bool) -> None:
        """Somebody came with it, to the hour; once it is remembered it stays so until its owner says otherwise."""
        if now - self.last_used_at > AN_HOUR:
            self.last_used_at = now
        self.remembered = self.remembered or remember
