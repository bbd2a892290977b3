"""The public directory: groups that are visible and marked (P11)."""

from fastapi import APIRouter
from shared.clock import now
from shared.http.fields import GssCode
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import GroupAnswer, GroupPage
from groups.api.dependencies import After, Limit, Unit
from groups.use_cases import list_groups as groups

router = APIRouter(route_class=IdempotentRoute)


@router.get("/directory")
async def list_directory(uow: Unit, area: GssCode | None = None, after: After = None, limit: Limit = 50) -> GroupPage:
    found = await groups.list_directory(uow, area=area, after=after, limit=limit, now=now())
    return GroupPage(groups=[GroupAnswer.model_validate(group) for group in found])
