"""An administrator appoints a member as OurWatch coordinator."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Appointment, Authority
from identity.domain.errors import NotHere, NotYoursToGive, RoleOutsideOrganisation
from identity.domain.link_purposes import MailKind
from identity.domain.permissions import may_manage_staff
from identity.storage.accounts import Accounts, Appointments
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
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
    """Appoints the member with this address and tells them by mail. Whether there is one is not told to the actor."""
    if not may_manage_staff(actor):
        raise NotYoursToGive
    async with uow:
        organisation = await Organisations(uow.session).get(organisation_id)
        if organisation is None:
            raise NotHere
        if organisation.authority is not Authority.OURWATCH:
            raise RoleOutsideOrganisation
        account = await _member(Accounts(uow.session), email)
        if account is None:
            return
        appointments = Appointments(uow.session)
        appointment = await appointments.get(account.id)
        if appointment is None:
            appointment = Appointment(account.id, organisation_id, areas, actor.id, now, until)
            appointments.add(appointment)
        else:
            appointment.organisation_id, appointment.areas, appointment.until = organisation_id, areas, until
            appointment.appointed_by, appointment.appointed_at, appointment.ended_at = actor.id, now, None
            appointment.version += 1
        await MailQueue(uow.session).put(MailKind.APPOINTED, account.id, now)
        uow.record(appointment_event(appointment, account))


async def _member(accounts: Accounts, email: str) -> Account | None:
    account = await accounts.by_email_for_change(email)
    return account if account is not None and account.is_active and not account.is_staff else None
