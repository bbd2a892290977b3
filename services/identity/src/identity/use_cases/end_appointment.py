"""An administrator ends a coordinator's appointment."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.accounts import Accounts, Appointments
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.staff_acts import must_administer
from identity.use_cases.tell import appointment_event


async def end_appointment(uow: UnitOfWork, actor: Principal, *, person_id: UUID, now: datetime) -> None:
    """Ends it, and the coordinator's staff sessions at once; the member's own go on. NotHere, NotNow."""
    async with uow:
        await must_administer(uow, actor)
        sessions = Sessions(uow.session)
        await sessions.lock_all(person_id)
        account = await Accounts(uow.session).get_for_change(person_id)
        appointment = await Appointments(uow.session).get(person_id)
        if account is None or appointment is None:
            raise NotHere
        appointment.end(now)
        await sessions.end_all(person_id, now, plane=Plane.STAFF)
        uow.record(appointment_event(appointment, account))
        await MailQueue(uow.session).put(MailKind.APPOINTMENT_ENDED, person_id, now)
        Ledger(uow.session).write(person_id, LedgerKind.APPOINTMENT_ENDED, now)
