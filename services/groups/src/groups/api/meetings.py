"""Results of meetings: recorded, read, objected to (P12)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.meeting_results import Settled
from groups.use_cases import list_meeting_results as results
from groups.use_cases import object_to_result as objecting
from groups.use_cases import record_meeting_result as recording

router = APIRouter(prefix="/groups/{group_id}/meeting-results", route_class=IdempotentRoute)


class NewResult(Body):
    """`minutes_note` says where it stands in the minutes."""

    office: Line
    person_id: UUID
    held_on: date
    minutes_note: Annotated[Paragraphs, StringConstraints(max_length=2_000)]


class RecordedResult(Answer):
    id: UUID
    office: str
    person_id: UUID | None
    takes_effect_at: datetime
    settled: Settled | None


class ResultAnswer(RecordedResult):
    name: str | None
    recorded_by: UUID | None
    held_on: date
    minutes_note: str
    recorded_at: datetime
    objections: int


class ResultList(Answer):
    results: list[ResultAnswer]


class ObjectionAnswer(Answer):
    """`settled` is `objected` once enough did, and a ballot is open."""

    objections: int
    settled: Settled | None


@router.get("")
async def list_results(member: Member, uow: Unit, group_id: UUID) -> ResultList:
    seen = await results.list_meeting_results(uow, member, group_id, now())
    return ResultList(results=[ResultAnswer.model_validate(each) for each in seen])


@router.post("", status_code=201)
async def record_result(member: Member, uow: Unit, group_id: UUID, body: NewResult) -> RecordedResult:
    recorded = await recording.record_meeting_result(uow, member, group_id, **dict(body), now=now())
    return RecordedResult.model_validate(recorded)


@router.post("/{result_id}/objections")
async def object_to_result(member: Member, uow: Unit, group_id: UUID, result_id: UUID) -> ObjectionAnswer:
    result, objections = await objecting.object_to_result(uow, member, group_id, result_id, now())
    return ObjectionAnswer(objections=objections, settled=result.settled)
