"""An organisation's own sign-in (OpenID Connect), by which its staff may come in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

SIGN_IN_LIFE = timedelta(minutes=10)


@dataclass
class Provider:
    """Who signs an organisation's people in, and what we are to it. The secret is sealed for the organisation."""

    organisation_id: UUID
    issuer: str
    client_id: str
    sealed_secret: bytes
    set_by: UUID
    set_at: datetime


@dataclass(frozen=True, slots=True)
class SignInUnderWay:
    """A sign-in that was begun and is now come back from. The verifier is sealed for this sign-in."""

    id: UUID
    organisation_id: UUID
    nonce_digest: bytes
    sealed_verifier: bytes
    challenge: str


@dataclass(frozen=True, slots=True)
class Attested:
    """Whom a provider says it signed in. `email` is None unless the provider verified it."""

    issuer: str
    subject: str
    email: str | None
