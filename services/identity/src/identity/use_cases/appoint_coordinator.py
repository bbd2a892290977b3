"""An administrator appoints a member as OurWatch coordinator."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Appointment, Authority
from identity.domain.email_domains import is_under
from identity.domain.errors import NotHere, RoleOutsideOrganisation
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.accounts import Accounts, Appointments
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
from identity.storage.sessions import Sessions
from identity.use_cases.staff_acts import must_administer
from identity.use_cases.tell import appointment_event


async def appoint_coordinator(
    uow: UnitOfWork,
    actor: Principal,
    *,
    email: str,
    organisation_id: UUID,
    areas: list[str],
    until: datetime | None,
    now: datetime,
) -> None:
    """Appoints the member with this address and tells them by mail. The answer does not say whether there is one.

    An address of a police organisation is nobody's here (P3). Appointing again changes the areas: open sessions
    learn of new ones as they go on, and end where one is lost.
    """
    async with uow:
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get(organisation_id)
        if organisation is None:
            raise NotHere
        if organisation.authority is not Authority.OURWATCH:
            raise RoleOutsideOrganisation
        account = await _member(uow, email)
        if account is None:
            return
        appointments = Appointments(uow.session)
        appointment = await appointments.get(account.id)
        if appointment is None:
            appointment = Appointment(account.id, organisation_id, areas, actor.id, now, until)
            appointments.add(appointment)
        else:
            if set(appointment.areas) - set(areas) or appointment.organisation_id != organisation_id:
                await Sessions(uow.session).end_all(account.id, now, plane=Plane.STAFF)
            appointment.renew(organisation_id, areas, actor.id, now, until)
        await MailQueue(uow.session).put(MailKind.APPOINTED, account.id, now)
        Ledger(uow.session).write(account.id, LedgerKind.APPOINTED, now)
        uow.record(appointment_event(appointment, account))


async def _member(uow: UnitOfWork, email: str) -> Account | None:
    accounts = Accounts(uow.session)
    seen = await accounts.by_email(email)
    if seen is None or is_under(seen.email, await Organisations(uow.session).police_domains()):
        return None
    await Sessions(uow.session).lock_all(seen.id)
    account = await accounts.get_for_change(seen.id)
    return account if account is not None and account.is_active and not account.is_staff else None
