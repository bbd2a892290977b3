"""Two authorities pause a group's sending and listing; nothing else of it is theirs (P4)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.markings import Authority
from groups.use_cases import pause_group as pausing

router = APIRouter(prefix="/staff/groups/{group_id}/pause", route_class=IdempotentRoute)


class NewPause(Body):
    """`reason` is shown to the group's members."""

    reason: Annotated[Paragraphs, StringConstraints(max_length=1_000)]


class Confirmation(Body):
    pause_id: UUID


class PauseAnswer(Answer):
    """It waits until `lapses_at` for the other authority; `ends_at` is there once that has confirmed it."""

    id: UUID
    reason: str
    asked_authority: Authority
    asked_at: datetime
    lapses_at: datetime
    confirmed_at: datetime | None
    ends_at: datetime | None


@router.get("")
async def read_pause(staff: Staff, uow: Unit, group_id: UUID) -> PauseAnswer:
    return PauseAnswer.model_validate(await pausing.read_pause(uow, staff, group_id, now()))


@router.post("", status_code=201)
async def ask_for_pause(staff: Staff, uow: Unit, group_id: UUID, body: NewPause) -> PauseAnswer:
    return PauseAnswer.model_validate(await pausing.ask_for_pause(uow, staff, group_id, reason=body.reason, now=now()))


@router.post("/confirm")
async def confirm_pause(staff: Staff, uow: Unit, group_id: UUID, body: Confirmation) -> PauseAnswer:
    return PauseAnswer.model_validate(await pausing.confirm_pause(uow, staff, group_id, body.pause_id, now()))
