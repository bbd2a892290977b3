"""Staff look at how a member can be reached, where the member said yes to their organisation (P16)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.contact_looks import ContactLook
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.accounts import Accounts, Appointments
from identity.storage.consents import Consents
from identity.storage.contact_looks import ContactLooks
from identity.storage.ledger import Ledger
from identity.use_cases.tell import contact_look_event


async def look_at_contact(
    uow: UnitOfWork, staff: Principal, *, group_id: UUID, person_id: UUID, purpose: str, now: datetime
) -> str:
    """The member's e-mail address. The caller holds groups' word that the person belongs to the group in their areas.

    NotHere, always the same, without a consent that holds now. What is written down is committed with this transaction,
    so before the answer leaves (P17). The member's ledger and the group's officers are told organisation, team and
    purpose; which officer it was, nobody but an inquiry finds.
    """
    async with uow:
        if staff.organisation_id is None or staff.role is None or not await _is_in_service(uow, staff, now):
            raise NotHere
        person = await Accounts(uow.session).get(person_id)
        consent = await Consents(uow.session).get_for_share(person_id, staff.organisation_id)
        if person is None or not person.is_active or person.is_staff or consent is None or not consent.is_given:
            raise NotHere
        look = ContactLook(new_id(), staff.id, staff.organisation_id, staff.role, purpose, person_id, group_id, at=now)
        ContactLooks(uow.session).write(look)
        uow.record(contact_look_event(look))
        Ledger(uow.session).write(
            person_id,
            LedgerKind.CONTACT_LOOKED_AT,
            now,
            organisation=str(staff.organisation_id),
            team=staff.role.value,
            purpose=purpose,
            group=str(group_id),
        )
        return person.email


async def _is_in_service(uow: UnitOfWork, staff: Principal, now: datetime) -> bool:
    account = await Accounts(uow.session).get(staff.id)
    if account is None or not account.is_active:
        return False
    if staff.role is not Role.COORDINATOR:
        return account.is_staff
    appointment = await Appointments(uow.session).get(staff.id)
    return appointment is not None and appointment.is_current(now)
