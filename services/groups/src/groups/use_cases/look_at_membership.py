"""Staff look at a group's membership; it stands in the ledger before they see it (P16, P17)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.groups import Groups
from groups.storage.ledger import write_look
from groups.storage.member_queries import Member, list_for_staff
from groups.use_cases.staff_acts import must_be_in_service


async def look_at_membership(
    uow: UnitOfWork,
    staff: Principal,
    group_id: UUID,
    purpose: str,
    *,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> Sequence[Member]:
    """A page of members. The entry is committed with this transaction, so before the answer leaves.

    NotYourRole, NoSuchGroup.
    """
    async with uow:
        await must_be_in_service(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id)
        await write_look(uow.session, staff, group_id, purpose, now)
        return await list_for_staff(uow.session, group, now, after=after, limit=limit)
