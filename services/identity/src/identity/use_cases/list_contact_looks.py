"""An organisation's own data-protection officer reads which of its people looked at whose contact (P17)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotDataProtectionOfficer
from identity.storage.contact_looks import ContactLooks, NamedLook
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import serves


async def list_contact_looks(
    uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[NamedLook]:
    """A page of the looks by the officer's own organisation, the oldest first; NotDataProtectionOfficer for all others.

    Decided by what holds at this moment, whatever the token says: whoever was named before, or left, reads nothing.
    """
    async with uow:
        organisation = await Organisations(uow.session).get(actor.organisation_id) if actor.organisation_id else None
        if organisation is None or organisation.data_protection_officer_id != actor.id:
            raise NotDataProtectionOfficer
        if not await serves(uow, actor.id, organisation, now):
            raise NotDataProtectionOfficer
        return await ContactLooks(uow.session).of_organisation(organisation.id, after=after, most=limit)
