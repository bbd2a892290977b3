"""Join links: a secret that lets somebody ask to join, and nothing more."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SECRET_BYTES = 24


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


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so a plain SHA-256 gives nothing away."""
    return hashlib.sha256(b"groups join link\n" + secret.encode()).digest()
