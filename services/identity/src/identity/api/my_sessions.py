"""Where somebody is signed in, and signing out there."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.auth.principal import Plane
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.use_cases import end_session
from identity.use_cases.look import devices_of, sessions_of

router = APIRouter(route_class=IdempotentRoute, tags=["sessions"])


class SessionAnswer(Answer):
    id: UUID
    plane: Plane
    device_id: UUID | None
    device: str
    opened_at: datetime
    last_used_at: datetime
    is_current: bool


class DeviceAnswer(Answer):
    id: UUID
    label: str
    remembered: bool
    first_used_at: datetime
    last_used_at: datetime


@router.get("/me/sessions")
async def list_sessions(actor: Member, uow: Uow) -> list[SessionAnswer]:
    return [SessionAnswer.model_validate(each) for each in await sessions_of(uow, actor, now())]


@router.get("/staff/me/sessions")
async def list_staff_sessions(actor: Staff, uow: Uow) -> list[SessionAnswer]:
    return [SessionAnswer.model_validate(each) for each in await sessions_of(uow, actor, now())]


@router.delete("/me/sessions", status_code=204)
async def end_every_session(actor: Member, uow: Uow) -> None:
    await end_session.end_all_sessions(uow, actor, now=now())


@router.delete("/staff/me/sessions", status_code=204)
async def end_every_staff_session(actor: Staff, uow: Uow) -> None:
    await end_session.end_all_sessions(uow, actor, now=now())


@router.delete("/me/sessions/{session_id}", status_code=204)
async def end_one_session(session_id: UUID, actor: Member, uow: Uow) -> None:
    await end_session.end_session(uow, actor, session_id, now=now())


@router.delete("/staff/me/sessions/{session_id}", status_code=204)
async def end_one_staff_session(session_id: UUID, actor: Staff, uow: Uow) -> None:
    await end_session.end_session(uow, actor, session_id, now=now())


@router.get("/me/devices")
async def list_devices(actor: Member, uow: Uow) -> list[DeviceAnswer]:
    return [DeviceAnswer.model_validate(each) for each in await devices_of(uow, actor)]


@router.delete("/me/devices/{device_id}", status_code=204)
async def forget_device(device_id: UUID, actor: Member, uow: Uow) -> None:
    await end_session.forget_device(uow, actor, device_id, now=now())
