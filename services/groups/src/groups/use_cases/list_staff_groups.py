"""Staff see the groups in their assigned areas (P5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.current_markings import current_markings
from groups.storage.group_queries import Seen, as_seen, list_for_staff
from groups.storage.groups import Groups
from groups.use_cases.staff_acts import must_be_in_service


async def list_staff_groups(
    uow: UnitOfWork, staff: Principal, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[Seen]:
    """A page of groups, hidden ones too. NotYourRole."""
    async with uow:
        await must_be_in_service(uow.session, staff)
        return await list_for_staff(uow.session, staff, now, after=after, limit=limit)


async def view_staff_group(uow: UnitOfWork, staff: Principal, group_id: UUID, now: datetime) -> Seen:
    """One group in the assigned areas. NotYourRole, NoSuchGroup."""
    async with uow:
        await must_be_in_service(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id)
        markings = await current_markings(uow.session, [group.id], now)
        return as_seen(group, markings[group.id])
