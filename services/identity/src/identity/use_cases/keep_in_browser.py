"""A browser keeps a session by the secret of a cookie, which its pages cannot read."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.auth.principal import Plane
from shared.db.unit_of_work import UnitOfWork

from identity.domain.sessions import REMEMBERED_ABSOLUTE, BrowserSession, Session
from identity.storage.links import digest
from identity.storage.sessions import BrowserSessions, Sessions


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is to keep the session, and the secrets that it still showed when it came, by plane."""

    shown: Mapping[Plane, str]


@dataclass(frozen=True, slots=True)
class Cookie:
    """What the browser is to keep. Without `lasts` it forgets it when it is closed."""

    plane: Plane
    secret: str
    lasts: timedelta | None


async def hold_shown(uow: UnitOfWork, browser: Browser | None, also: Iterable[UUID] = ()) -> None:
    """Locks the sessions that a browser showed, together with these: sessions come before the account everywhere."""
    if browser is None or not browser.shown:
        return
    kept = await BrowserSessions(uow.session).shown([digest(secret) for secret in browser.shown.values()])
    await Sessions(uow.session).hold({*also, *(each.session_id for each in kept)})


async def keep_in_browser(uow: UnitOfWork, browser: Browser, session: Session, now: datetime) -> Cookie:
    """The cookie of a session that has just opened. The one that the browser had on this plane ends.

    So a browser never goes on in a session that somebody else put there. `hold_shown` came before.
    """
    kept = BrowserSessions(uow.session)
    shown = browser.shown.get(session.plane)
    earlier = await kept.get(digest(shown)) if shown is not None else None
    if earlier is not None and earlier.replaced_at is None:
        ended = await Sessions(uow.session).get_for_change(earlier.session_id)
        if ended is not None and ended.plane is session.plane:
            ended.end(now)
    return _fresh(kept, session, now)


async def replace_cookie(uow: UnitOfWork, session: Session, now: datetime) -> Cookie | None:
    """Another cookie for a browser's session, in the place of the one that dies with this transaction; None for others.

    Without a grace: a copy of the old one must never profit from a factor that its owner showed.
    """
    kept = BrowserSessions(uow.session)
    return _fresh(kept, session, now) if await kept.replace_all(session.id, now) else None


def _fresh(kept: BrowserSessions, session: Session, now: datetime) -> Cookie:
    secret = secrets.token_urlsafe(32)
    kept.add(BrowserSession(digest(secret), session.id, now))
    return Cookie(session.plane, secret, REMEMBERED_ABSOLUTE if session.stays_open else None)
