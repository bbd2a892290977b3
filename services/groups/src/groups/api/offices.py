"""Offices: who holds them, and how they change hands (P12)."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import TermAnswer
from groups.api.dependencies import Unit
from groups.use_cases import appoint as appointing
from groups.use_cases import be_absent as absence
from groups.use_cases import let_forward as forwarding
from groups.use_cases import list_offices as offices
from groups.use_cases import vacate_office as vacating

router = APIRouter(route_class=IdempotentRoute)


class Appointment(Body):
    """`ends_at` is when the term is to end, at most three years from now."""

    person_id: UUID
    ends_at: AwareDatetime | None = None


class HolderAnswer(Answer):
    """`name` is None until identity has told it, and empty where the person was erased."""

    office: str
    person_id: UUID
    name: str | None
    since: AwareDatetime
    until: AwareDatetime | None
    ends_at: AwareDatetime | None


class PostAnswer(Answer):
    office: str
    is_leading: bool
    is_vacant: bool
    holder: HolderAnswer | None
    stood_in_by: UUID | None


class OfficesAnswer(Answer):
    offices: list[PostAnswer]
    former: list[HolderAnswer]


class Absence(Body):
    """The last day on which the leader is away."""

    until: date


@router.get("/groups/{group_id}/offices")
async def list_offices(member: Member, uow: Unit, group_id: UUID) -> OfficesAnswer:
    return OfficesAnswer.model_validate(await offices.list_offices(uow, member, group_id, now()))


@router.put("/groups/{group_id}/offices/{office}")
async def appoint(member: Member, uow: Unit, group_id: UUID, office: str, body: Appointment) -> TermAnswer:
    term = await appointing.appoint(uow, member, group_id, office, body.person_id, now(), ends_at=body.ends_at)
    return TermAnswer.model_validate(term)


@router.delete("/groups/{group_id}/offices/{office}", status_code=204)
async def vacate_office(member: Member, uow: Unit, group_id: UUID, office: str) -> None:
    await vacating.vacate_office(uow, member, group_id, office, now())


@router.post("/groups/{group_id}/absence", status_code=204)
async def be_absent(member: Member, uow: Unit, group_id: UUID, body: Absence) -> None:
    await absence.be_absent(uow, member, group_id, body.until, now())


@router.delete("/groups/{group_id}/absence", status_code=204)
async def be_back(member: Member, uow: Unit, group_id: UUID) -> None:
    await absence.be_back(uow, member, group_id, now())


@router.put("/groups/{group_id}/forwarders/{person_id}")
async def let_forward(member: Member, uow: Unit, group_id: UUID, person_id: UUID) -> TermAnswer:
    return TermAnswer.model_validate(await forwarding.let_forward(uow, member, group_id, person_id, now()))


@router.delete("/groups/{group_id}/forwarders/{person_id}", status_code=204)
async def stop_forwarding(member: Member, uow: Unit, group_id: UUID, person_id: UUID) -> None:
    await forwarding.stop_forwarding(uow, member, group_id, person_id, now())
