"""The pair of tokens that a session is used with."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.auth.access import LIFE, issue_access_token
from shared.auth.principal import Assurance, Plane

from identity.domain.sessions import RefreshToken, Session
from identity.keyring import Keyring
from identity.storage.links import digest
from identity.storage.sessions import RefreshTokens


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token of five minutes and the refresh token that gets the next.

    `device_token` is the secret that a device which signs in for the first time is to keep.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance
    device_token: str | None = None


def issue_first_tokens(
    tokens: RefreshTokens, keyring: Keyring, session: Session, now: datetime, device_token: str | None = None
) -> Tokens:
    """Tokens for a session that has just opened."""
    refresh_token = secrets.token_urlsafe(32)
    tokens.add(RefreshToken(digest(refresh_token), session.id, now))
    return replace(tokens_of(session, refresh_token, keyring, now), device_token=device_token)


def tokens_of(session: Session, refresh_token: str, keyring: Keyring, now: datetime) -> Tokens:
    """The tokens of a session with a refresh token that is already kept."""
    return Tokens(
        access_token=issue_access_token(keyring.signing, session.principal(), now),
        refresh_token=refresh_token,
        expires_in=int(LIFE.total_seconds()),
        session_id=session.id,
        account_id=session.account_id,
        plane=session.plane,
        assurance=session.assurance,
    )
