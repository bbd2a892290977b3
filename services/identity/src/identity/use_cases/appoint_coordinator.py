"""An administrator appoints a member as OurWatch coordinator."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account, Appointment, Authority
from identity.domain.appointment_offers import Offer, must_lie_ahead
from identity.domain.email_domains import is_under
from identity.domain.errors import NotHere, RoleOutsideOrganisation
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.accounts import Accounts, Appointments
from identity.storage.appointment_offers import Offers
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
from identity.storage.sessions import Sessions
from identity.use_cases.staff_acts import must_administer, write_act, write_done_to
from identity.use_cases.tell import appointment_event

_Asked = tuple[UUID, list[str], UUID, datetime, datetime | None]


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
    """Appoints the member who has this address now, and tells them by mail; whoever gets it later is asked anew.

    Neither the answer nor the list nor the ledger says whether there is one, before they declare. An address of a
    police organisation is nobody's here (P3). Appointing again changes the areas: open sessions learn of new ones as
    they go on, and end where one is lost. UntilIsPast.
    """
    async with uow:
        must_lie_ahead(until, now)
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get(organisation_id)
        if organisation is None:
            raise NotHere
        if organisation.authority is not Authority.OURWATCH:
            raise RoleOutsideOrganisation
        account = await _member(uow, email)
        asked = (organisation_id, areas, actor.id, now, until)
        offer = await _keep_offer(uow, email.casefold(), account, asked)
        await write_act(uow, actor, LedgerKind.APPOINTED, now, appointment=str(offer.id))
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
            appointment.renew(*asked)
        await MailQueue(uow.session).put(MailKind.APPOINTED, account.id, now)
        await write_done_to(uow, actor, account.id, LedgerKind.APPOINTED, now, appointment=str(offer.id))
        uow.record(appointment_event(appointment, account))


async def _keep_offer(uow: UnitOfWork, email: str, account: Account | None, asked: _Asked) -> Offer:
    offers, (organisation_id, areas, actor_id, now, until) = Offers(uow.session), asked
    offer = await offers.taken_up_by(account.id, email) if account is not None else None
    if offer is not None and offer.ended_at is None:
        offer.ask_again(*asked)
        return offer
    # Nobody's account makes those wait who appoint an address that nobody has.
    await Accounts(uow.session).lock_address(email)
    await offers.end_waiting(email, now)
    person_id = account.id if account is not None else None
    offer = Offer(new_id(), email, organisation_id, areas, actor_id, now, until, person_id=person_id)
    offers.add(offer)
    return offer


async def _member(uow: UnitOfWork, email: str) -> Account | None:
    accounts = Accounts(uow.session)
    seen = await accounts.by_email(email)
    if seen is None or is_under(seen.email, await Organisations(uow.session).police_domains()):
        return None
    await Sessions(uow.session).lock_all(seen.id)
    account = await accounts.get_for_change(seen.id)
    return account if account is not None and account.is_active and not account.is_staff else None
