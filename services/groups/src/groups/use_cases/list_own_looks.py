"""An organisation's own data-protection officer reads which of its people looked at which group (P17)."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotDataProtectionOfficer
from groups.storage.known import is_data_protection_officer, is_ended
from groups.storage.ledger import NamedLook, list_named_looks


async def list_own_looks(uow: UnitOfWork, staff: Principal, *, after: UUID | None, limit: int) -> Sequence[NamedLook]:
    """A page of the looks by the officer's organisation, in all groups, whatever areas are the officer's own.

    NotDataProtectionOfficer for everybody else, and once the officer's account or appointment is over (P18).
    """
    async with uow:
        is_officer = await is_data_protection_officer(uow.session, staff)
        if staff.organisation_id is None or not is_officer or await is_ended(uow.session, staff):
            raise NotDataProtectionOfficer
        return await list_named_looks(uow.session, staff.organisation_id, after=after, limit=limit)
