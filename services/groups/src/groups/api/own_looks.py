"""Which of an organisation's people looked at which group, for its own data-protection officer (P17)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.auth.principal import Role
from shared.http.dependencies import Staff
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import After, Limit, Unit
from groups.use_cases import list_own_looks as listing

router = APIRouter(prefix="/staff/looks", route_class=IdempotentRoute)


class NamedLookAnswer(Answer):
    """`shown_at` is when the group sees it: later than `looked_at` where two people delayed it."""

    id: UUID
    group_id: UUID
    group_name: str
    staff_id: UUID
    role: Role
    purpose: str
    looked_at: datetime
    shown_at: datetime


class NamedLookPage(Answer):
    looks: list[NamedLookAnswer]


@router.get("")
async def list_own_looks(staff: Staff, uow: Unit, after: After = None, limit: Limit = 50) -> NamedLookPage:
    found = await listing.list_own_looks(uow, staff, after=after, limit=limit)
    return NamedLookPage(looks=[NamedLookAnswer.model_validate(each) for each in found])
