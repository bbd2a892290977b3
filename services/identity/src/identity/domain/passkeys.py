"""Passkeys (Web Authentication Level 3), and the challenges that they answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PER_ACCOUNT = 20


class ChallengePurpose(StrEnum):
    """What a challenge is for. An answer for one purpose never serves another."""

    ADD = "add"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    STAFF_SESSION = "staff_session"


@dataclass
class Passkey:
    """A public key of somebody's device or password keeper. `label` is the name that its owner knows it by."""

    id: UUID
    account_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: str
    added_at: datetime
    last_used_at: datetime | None = None
