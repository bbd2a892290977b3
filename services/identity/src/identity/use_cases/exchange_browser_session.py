"""The gateway exchanges what a browser keeps for an access token."""

from dataclasses import dataclass
from datetime import datetime

from shared.auth.access import LIFE, issue_access_token
from shared.auth.principal import Plane
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NoBrowserSession
from identity.keyring import Keyring
from identity.storage.links import digest
from identity.storage.sessions import BrowserSessions, Sessions
from identity.use_cases.go_on import is_entitled, note_activity


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An access token, and when it runs out."""

    access_token: str
    expires_at: datetime


async def exchange_browser_session(
    uow: UnitOfWork, keyring: Keyring, *, secret: str, plane: Plane, now: datetime
) -> Exchanged:
    """An access token for whoever shows a living secret of this plane; NoBrowserSession for anything else.

    It may be exchanged as often as anybody asks: what copies of it can do ends with the session, or with the next
    second factor that is shown in it.
    """
    async with uow:
        kept = BrowserSessions(uow.session)
        found = await kept.get(digest(secret))
        session = await Sessions(uow.session).get_for_change(found.session_id) if found else None
        # Read again under the session's lock: a step-up may have replaced it just now.
        found = await kept.get(digest(secret))
        if found is None or found.replaced_at is not None or session is None or session.plane is not plane:
            raise NoBrowserSession
        if not session.is_open(now):
            raise NoBrowserSession
        if await is_entitled(uow, session, now):
            session.note_use(now)
            await note_activity(uow, session, now)
        else:
            session.end(now)
    # The end of the session is committed before the refusal is told.
    if not session.is_open(now):
        raise NoBrowserSession
    return Exchanged(issue_access_token(keyring.signing, session.principal(), now), now + LIFE)
