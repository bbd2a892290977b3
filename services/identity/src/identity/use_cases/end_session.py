"""Somebody signs out elsewhere: one session, all of them, or a device."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.sessions import Session
from identity.storage.accounts import Accounts
from identity.storage.devices import Devices
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.recognise_device import UNNAMED
from identity.use_cases.tell_owner import tell_owner


async def end_session(uow: UnitOfWork, actor: Principal, session_id: UUID, *, now: datetime) -> None:
    """Ends one of the actor's own sessions, on whichever plane; the owner is told where it is another than this."""
    async with uow:
        session = await Sessions(uow.session).get_for_change(session_id)
        if session is None or session.account_id != actor.id or session.ended_at is not None:
            raise NotHere
        await _end(uow, session, actor, now)


async def end_all_sessions(uow: UnitOfWork, actor: Principal, *, now: datetime) -> None:
    """Ends every session of the actor, this one too, and tells the owner."""
    async with uow:
        sessions = Sessions(uow.session)
        await sessions.lock_all(actor.id)
        await sessions.end_all(actor.id, now)
        await tell_owner(uow, actor.id, LedgerKind.SESSIONS_ENDED, now)


async def forget_device(uow: UnitOfWork, actor: Principal, device_id: UUID, *, now: datetime) -> None:
    """The device is a stranger from now on, and its sessions end; the owner is told. NotHere."""
    async with uow:
        # Sessions, account, device: a sign-in on this device comes before or after, never in between.
        await Sessions(uow.session).lock_all(actor.id)
        await Accounts(uow.session).get_for_change(actor.id)
        label = await Devices(uow.session).label(device_id) or UNNAMED
        if not await Devices(uow.session).forget(actor.id, device_id, now):
            raise NotHere
        await Sessions(uow.session).end_on(device_id, now)
        await tell_owner(uow, actor.id, LedgerKind.DEVICE_FORGOTTEN, now, device=label)


async def _end(uow: UnitOfWork, session: Session, actor: Principal, now: datetime) -> None:
    session.end(now)
    if session.id == actor.session_id:
        Ledger(uow.session).write(actor.id, LedgerKind.SIGNED_OUT, now)
        return
    label = await Devices(uow.session).label(session.device_id) or UNNAMED
    Ledger(uow.session).write(actor.id, LedgerKind.SESSION_ENDED, now, device=label)
    await MailQueue(uow.session).put(MailKind.SESSION_ENDED, actor.id, now, device=label)
