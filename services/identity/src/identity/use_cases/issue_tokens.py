"""What a session is used with: a pair of tokens, or in a browser a cookie."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.auth.access import LIFE, issue_access_token
from shared.auth.principal import Assurance, Plane
from shared.db.unit_of_work import UnitOfWork

from identity.domain.sessions import RefreshToken, Session
from identity.keyring import Keyring
from identity.storage.links import digest
from identity.storage.sessions import RefreshTokens
from identity.use_cases.keep_in_browser import Browser, Cookie, keep_in_browser, replace_cookie


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


@dataclass(frozen=True, slots=True)
class InBrowser:
    """A session that a browser keeps by a cookie. It has no tokens, so no page of ours could give one away."""

    cookie: Cookie
    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance
    device_token: str | None = None


Opened = Tokens | InBrowser
Raised = str | Cookie
"""What a session of another assurance goes on with: an access token, or a browser's new cookie."""


async def issue_first(
    uow: UnitOfWork,
    keyring: Keyring,
    session: Session,
    now: datetime,
    browser: Browser | None,
    device_token: str | None = None,
) -> Opened:
    """What a session that has just opened is used with. Its row is there already."""
    if browser is not None:
        cookie = await keep_in_browser(uow, browser, session, now)
        return InBrowser(cookie, session.id, session.account_id, session.plane, session.assurance, device_token)
    refresh_token = secrets.token_urlsafe(32)
    RefreshTokens(uow.session).add(RefreshToken(digest(refresh_token), session.id, now))
    return replace(tokens_of(session, refresh_token, keyring, now), device_token=device_token)


async def issue_raised(uow: UnitOfWork, keyring: Keyring, session: Session, now: datetime) -> Raised:
    """What a session goes on with after something was shown in it. A browser's cookie is another from now on."""
    cookie = await replace_cookie(uow, session, now)
    return cookie or issue_access_token(keyring.signing, session.principal(), now)


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
