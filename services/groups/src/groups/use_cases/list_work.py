"""Police and coordinators see what waits for them in their areas (P5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.work_lists import WorkList
from groups.storage import work_queries
from groups.storage.work_queries import Work
from groups.use_cases.staff_acts import marker_of


async def list_work(
    uow: UnitOfWork, staff: Principal, work: WorkList, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[Work]:
    """A page of groups; it names no person, so the ledger is not asked. NotYourRole, OrganisationCannotMark."""
    async with uow:
        marker = await marker_of(uow.session, staff)
        return await work_queries.list_work(uow.session, staff, marker.authority, work, now, after=after, limit=limit)
