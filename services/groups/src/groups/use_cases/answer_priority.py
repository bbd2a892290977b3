"""The police answer what a ward panel asks of them."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotYourRole
from groups.domain.markings import Authority
from groups.storage.groups import Groups
from groups.storage.priorities import Priorities
from groups.use_cases.staff_acts import marker_of


async def answer_priority(
    uow: UnitOfWork, staff: Principal, group_id: UUID, priority_id: UUID, text: str, now: datetime
) -> None:
    """Adds an answer; earlier ones stay. Nothing of the group itself changes (P4).

    NotYourRole, NoSuchGroup, NoSuchPriority, PriorityIsClosed.
    """
    async with uow:
        answering = await marker_of(uow.session, staff)
        if answering.authority is not Authority.POLICE:
            raise NotYourRole
        await Groups(uow.session).for_staff(staff, group_id, lock=True)
        priorities = Priorities(uow.session, group_id)
        priority = await priorities.get(priority_id)
        priority.must_be_open()
        await priorities.answer(priority, answering.organisation_id, text, now)
