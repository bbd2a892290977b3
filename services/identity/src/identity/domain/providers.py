"""An organisation's own sign-in (OpenID Connect), by which its staff may come in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

SIGN_IN_LIFE = timedelta(minutes=10)


@dataclass
class Provider:
    """Who signs an organisation's people in, and what we are to it. The secret is sealed for the organisation.

    `assigns_addresses` says that the organisation itself gives its people their addresses, so that the provider need
    not say of each that it was verified. Many do not; where people choose their own, one could choose a colleague's.
    """

    organisation_id: UUID
    issuer: str
    client_id: str
    sealed_secret: bytes
    set_by: UUID
    set_at: datetime
    assigns_addresses: bool = False


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
