"""The officers of a ward panel say what came of a priority."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.priorities import Priorities


async def close_priority(
    uow: UnitOfWork, actor: Principal, group_id: UUID, priority_id: UUID, outcome: str, now: datetime
) -> None:
    """Said once, whether or not it was answered. NoSuchGroup, NotAnOfficer, NoSuchPriority, PriorityIsClosed."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        priority = await Priorities(uow.session, group_id).get(priority_id)
        priority.close(outcome, now)
