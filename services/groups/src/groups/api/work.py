"""Work lists of police and coordinators, each of their own areas."""

from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import After, Limit, Unit
from groups.domain.groups import Kind
from groups.domain.work_lists import WorkList
from groups.use_cases import list_work as working

router = APIRouter(prefix="/staff/work-lists", route_class=IdempotentRoute)


class WorkAnswer(Answer):
    """`is_group`: the group itself waits there; `is_coordinator`: who coordinates the scheme does, or does too."""

    group_id: UUID
    kind: Kind
    name: str
    area: str
    is_group: bool
    is_coordinator: bool


class WorkPage(Answer):
    groups: list[WorkAnswer]


@router.get("/{work_list}")
async def list_work(staff: Staff, uow: Unit, work_list: WorkList, after: After = None, limit: Limit = 50) -> WorkPage:
    found = await working.list_work(uow, staff, work_list, after=after, limit=limit, now=now())
    return WorkPage(groups=[WorkAnswer.model_validate(each) for each in found])
