"""A ward panel's priorities: agreed by the panel, answered by the police."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.use_cases import agree_priority as agreeing
from groups.use_cases import answer_priority as answering
from groups.use_cases import close_priority as closing
from groups.use_cases import list_priorities as priorities

router = APIRouter(route_class=IdempotentRoute)

Words = Annotated[Paragraphs, StringConstraints(max_length=1_000)]


class NewPriority(Body):
    text: Words
    agreed_on: date


class AgreedPriority(Answer):
    id: UUID


class Outcome(Body):
    outcome: Words


class NewAnswer(Body):
    text: Words


class AnswerAnswer(Answer):
    organisation: str | None
    text: str
    answered_at: datetime


class PriorityAnswer(Answer):
    """Open while `closed_at` is None."""

    id: UUID
    text: str
    agreed_on: date
    outcome: str | None
    closed_at: datetime | None
    answers: list[AnswerAnswer]


class PriorityList(Answer):
    priorities: list[PriorityAnswer]


@router.get("/groups/{group_id}/priorities")
async def list_priorities(member: Member, uow: Unit, group_id: UUID) -> PriorityList:
    seen = await priorities.list_priorities(uow, member, group_id, now())
    return PriorityList(priorities=[PriorityAnswer.model_validate(each) for each in seen])


@router.post("/groups/{group_id}/priorities", status_code=201)
async def agree_priority(member: Member, uow: Unit, group_id: UUID, body: NewPriority) -> AgreedPriority:
    agreed = await agreeing.agree_priority(uow, member, group_id, body.text, body.agreed_on, now())
    return AgreedPriority.model_validate(agreed)


@router.post("/groups/{group_id}/priorities/{priority_id}/outcome", status_code=204)
async def close_priority(member: Member, uow: Unit, group_id: UUID, priority_id: UUID, body: Outcome) -> None:
    await closing.close_priority(uow, member, group_id, priority_id, body.outcome, now())


@router.get("/staff/groups/{group_id}/priorities")
async def list_priorities_for_staff(staff: Staff, uow: Unit, group_id: UUID) -> PriorityList:
    seen = await priorities.list_priorities_for_staff(uow, staff, group_id)
    return PriorityList(priorities=[PriorityAnswer.model_validate(each) for each in seen])


@router.post("/staff/groups/{group_id}/priorities/{priority_id}/answers", status_code=204)
async def answer_priority(staff: Staff, uow: Unit, group_id: UUID, priority_id: UUID, body: NewAnswer) -> None:
    await answering.answer_priority(uow, staff, group_id, priority_id, body.text, now())
