"""The members of a group, and what its officers decide about them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from shared.auth.principal import Role
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import MemberAnswer, MembershipAnswer
from groups.api.answers import member as as_answer
from groups.api.dependencies import After, Limit, Unit
from groups.domain.markings import Authority, Entry, SubjectKind
from groups.use_cases import admit as admitting
from groups.use_cases import list_members as members
from groups.use_cases import refuse as refusing
from groups.use_cases import remove as removing
from groups.use_cases import suspend as suspending

router = APIRouter(route_class=IdempotentRoute)


class MemberPage(Answer):
    members: list[MemberAnswer]


class Admissions(Body):
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class Admitted(Answer):
    admitted: list[MembershipAnswer]


class Reason(Body):
    reason: Line


class Suspension(Body):
    """`until` lies ahead, at most a year; the member is shown both."""

    until: AwareDatetime
    reason: Line


class LookAnswer(Answer):
    """At the list of members; or `at_contact`, at how one of them is reached: `contact_of`, unless erased before."""

    id: UUID
    organisation: str | None
    team: Role
    purpose: str
    looked_at: datetime
    at_contact: bool
    contact_of: UUID | None


class LedgerPage(Answer):
    """`delayed`: how many looks are in the ledger and show later (P17)."""

    looks: list[LookAnswer]
    delayed: int


class NamedMarkingAnswer(Answer):
    marking_id: UUID
    entry: Entry
    subject_kind: SubjectKind
    subject_id: UUID
    authority: Authority
    organisation: str | None
    entered_at: datetime
    expires_at: datetime
    statement: str | None
    declared_membership: bool
    reason: str | None


class MarkingHistory(Answer):
    entries: list[NamedMarkingAnswer]


@router.get("/groups/{group_id}/memberships")
async def list_members(member: Member, uow: Unit, group_id: UUID, after: After = None, limit: Limit = 50) -> MemberPage:
    seen = await members.list_members(uow, member, group_id, after=after, limit=limit, now=now())
    return MemberPage(members=[as_answer(each) for each in seen])


@router.post("/groups/{group_id}/admissions")
async def admit(member: Member, uow: Unit, group_id: UUID, body: Admissions) -> Admitted:
    admitted = await admitting.admit(uow, member, group_id, body.person_ids, now())
    return Admitted(admitted=[MembershipAnswer.model_validate(each) for each in admitted])


@router.post("/groups/{group_id}/memberships/{person_id}/refuse")
async def refuse(member: Member, uow: Unit, group_id: UUID, person_id: UUID, body: Reason) -> MembershipAnswer:
    return MembershipAnswer.model_validate(await refusing.refuse(uow, member, group_id, person_id, body.reason, now()))


@router.post("/groups/{group_id}/memberships/{person_id}/remove")
async def remove(member: Member, uow: Unit, group_id: UUID, person_id: UUID, body: Reason) -> MembershipAnswer:
    return MembershipAnswer.model_validate(await removing.remove(uow, member, group_id, person_id, body.reason, now()))


@router.post("/groups/{group_id}/memberships/{person_id}/suspend")
async def suspend(member: Member, uow: Unit, group_id: UUID, person_id: UUID, body: Suspension) -> MembershipAnswer:
    suspended = await suspending.suspend(uow, member, group_id, person_id, body.until, body.reason, now())
    return MembershipAnswer.model_validate(suspended)


@router.post("/groups/{group_id}/memberships/{person_id}/resume")
async def resume(member: Member, uow: Unit, group_id: UUID, person_id: UUID) -> MembershipAnswer:
    return MembershipAnswer.model_validate(await suspending.resume(uow, member, group_id, person_id, now()))


@router.get("/groups/{group_id}/ledger")
async def read_ledger(member: Member, uow: Unit, group_id: UUID, after: After = None, limit: Limit = 50) -> LedgerPage:
    page = await members.read_ledger(uow, member, group_id, after=after, limit=limit, now=now())
    return LedgerPage(looks=[LookAnswer.model_validate(look) for look in page.looks], delayed=page.delayed)


@router.get("/groups/{group_id}/markings")
async def list_markings(member: Member, uow: Unit, group_id: UUID) -> MarkingHistory:
    entries = await members.list_markings(uow, member, group_id, now())
    return MarkingHistory(entries=[NamedMarkingAnswer.model_validate(entry) for entry in entries])
