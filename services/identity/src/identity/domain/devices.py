"""The devices that an account was used on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


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
