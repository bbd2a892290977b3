"""A coordinator's appointment ends: an administrator ends it, or its time is over."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Appointment
from identity.domain.appointment_offers import taken_up
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.accounts import Appointments
from identity.storage.appointment_offers import Offers
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.erase import hold_account
from identity.use_cases.one_by_one import one_by_one
from identity.use_cases.staff_acts import must_administer, write_act, write_done_to
from identity.use_cases.tell import appointment_event


async def end_appointment(uow: UnitOfWork, actor: Principal, *, offer_id: UUID, now: datetime) -> None:
    """Ends what was offered and, at once, the staff sessions of who took it up; the member's own go on.

    Alike whether the offer reached anybody or not. NotHere, NotNow.
    """
    async with uow:
        await must_administer(uow, actor)
        seen = await Offers(uow.session).get(offer_id)
        person_id = seen.person_id if seen is not None else None
        account = await hold_account(uow, person_id) if person_id else None
        offer = await Offers(uow.session).get_for_change(offer_id)
        if offer is None:
            raise NotHere
        appointment = await Appointments(uow.session).get(account.id) if account is not None else None
        offer.end(now)
        await write_act(uow, actor, LedgerKind.APPOINTMENT_ENDED, now, appointment=str(offer.id))
        if account is not None and appointment is not None and (taken_up(appointment) or not appointment.ended_at):
            await _end(uow, account, appointment, now)
            await write_done_to(uow, actor, account.id, LedgerKind.APPOINTMENT_ENDED, now, appointment=str(offer.id))


async def end_run_out_appointments(unit_of_work: Callable[[], UnitOfWork], now: datetime) -> int:
    """Ends every appointment whose term is over, or that nobody took up within 30 days; returns how many.

    Each in a transaction of its own, so that one that fails holds up no other; said again, there is nothing to end.
    """

    async def due(uow: UnitOfWork, after: UUID | None) -> UUID | None:
        return await Appointments(uow.session).next_run_out(now, after)

    async def end(uow: UnitOfWork, person_id: UUID) -> bool:
        account = await hold_account(uow, person_id)
        appointment = await Appointments(uow.session).get_anew(person_id)
        # Asked again under the lock: it may have been ended, or given anew, just now.
        if account is None or appointment is None or not appointment.has_run_out(now):
            return False
        await _end(uow, account, appointment, now)
        Ledger(uow.session).write(person_id, LedgerKind.APPOINTMENT_ENDED, now)
        return True

    ended = await one_by_one(unit_of_work, due, end)
    async with unit_of_work() as uow:
        await Offers(uow.session).remove_lapsed(now)
    return ended


async def _end(uow: UnitOfWork, account: Account, appointment: Appointment, now: datetime) -> None:
    appointment.end(now)
    await Sessions(uow.session).end_all(account.id, now, plane=Plane.STAFF)
    uow.record(appointment_event(appointment, account))
    await MailQueue(uow.session).put(MailKind.APPOINTMENT_ENDED, account.id, now)
