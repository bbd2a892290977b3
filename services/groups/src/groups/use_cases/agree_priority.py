"""The officers of a ward panel write down what it asks of the police."""

from datetime import date, datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_be_officer
from groups.domain.priorities import Priority
from groups.storage.groups import Groups
from groups.storage.priorities import Priorities


async def agree_priority(
    uow: UnitOfWork, actor: Principal, group_id: UUID, text: str, agreed_on: date, now: datetime
) -> Priority:
    """The priority; three are open at most. NoSuchGroup, NotAnOfficer, and what Priority.agree refuses."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        priorities = Priorities(uow.session, group_id)
        open_already = await priorities.count_open()
        priority = Priority.agree(group, text, agreed_on=agreed_on, open_already=open_already, now=now)
        priorities.add(priority)
        return priority
