"""Somebody signs out."""

from datetime import datetime

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.storage.ledger import Ledger
from identity.storage.sessions import BrowserSessions, Sessions


async def sign_out(uow: UnitOfWork, actor: Principal, *, now: datetime) -> Plane | None:
    """Ends the session that asks; its access token dies at the gateway's next poll. The plane, if a browser kept it."""
    async with uow:
        session = await Sessions(uow.session).get_for_change(actor.session_id)
        if session is not None:
            session.end(now)
            Ledger(uow.session).write(actor.id, LedgerKind.SIGNED_OUT, now)
        is_kept = await BrowserSessions(uow.session).replace_all(actor.session_id, now)
    return actor.plane if is_kept else None
