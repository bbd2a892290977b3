"""Two people of an organisation keep its looks at a group out of sight for a time (P17)."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.use_cases import delay_looks as delaying

router = APIRouter(prefix="/staff/groups/{group_id}/look-delays", route_class=IdempotentRoute)


class NewDelay(Body):
    """`until` is the day on which the looks show, 90 days away at most; `reason` is for the organisation itself."""

    until: date
    reason: Line


class DelayAnswer(Answer):
    """In force once `agreed_by` is there, until its day."""

    id: UUID
    asked_by: UUID
    asked_at: datetime
    reason: str
    until: date
    agreed_by: UUID | None
    agreed_at: datetime | None


class DelayList(Answer):
    delays: list[DelayAnswer]


@router.get("")
async def list_delays(staff: Staff, uow: Unit, group_id: UUID) -> DelayList:
    found = await delaying.list_delays(uow, staff, group_id)
    return DelayList(delays=[DelayAnswer.model_validate(each) for each in found])


@router.post("", status_code=201)
async def ask_for_delay(staff: Staff, uow: Unit, group_id: UUID, body: NewDelay) -> DelayAnswer:
    asked = await delaying.ask_for_delay(uow, staff, group_id, reason=body.reason, until=body.until, now=now())
    return DelayAnswer.model_validate(asked)


@router.post("/{delay_id}/agree", status_code=204)
async def agree_to_delay(staff: Staff, uow: Unit, group_id: UUID, delay_id: UUID) -> None:
    await delaying.agree_to_delay(uow, staff, group_id, delay_id, now())
