"""Links whose secret lets somebody do one thing, and nothing more."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

SECRET_BYTES = 24


class Purpose(StrEnum):
    """What a secret is for: one of another purpose is none."""

    JOIN = "groups join link"
    MERGE = "groups merge link"
    TAKE_OVER = "groups take-over link"


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A link as its officers know it. Its secret is shown once; what is kept is a digest."""

    id: UUID
    group_id: UUID
    expires_at: datetime
    most_uses: int


def make_secret() -> str:
    """192 random bits, safe in a URL."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str, purpose: Purpose) -> bytes:
    """What is kept of a secret. It is random and long, so a plain SHA-256 gives nothing away."""
    return hashlib.sha256(f"{purpose}\n{secret}".encode()).digest()
