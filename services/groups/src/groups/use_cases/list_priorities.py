"""Who belongs to a ward panel, and staff of its area, read what it asks of the police and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.groups import Groups
from groups.storage.priorities import Priorities, SeenPriority
from groups.use_cases.staff_acts import must_be_in_service


async def list_priorities(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Sequence[SeenPriority]:
    """The latest first. NoSuchGroup."""
    async with uow:
        await Groups(uow.session).for_member(actor, group_id, now)
        return await Priorities(uow.session, group_id).list_all()


async def list_priorities_for_staff(uow: UnitOfWork, staff: Principal, group_id: UUID) -> Sequence[SeenPriority]:
    """The same; they name nobody, so no look is written. NotYourRole, NoSuchGroup."""
    async with uow:
        await must_be_in_service(uow.session, staff)
        await Groups(uow.session).for_staff(staff, group_id)
        return await Priorities(uow.session, group_id).list_all()
