"""A member's groups: found, see, change, leave."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, GssCode, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import MembershipAnswer, MyGroupAnswer, my_group
from groups.api.dependencies import Unit
from groups.domain.groups import Group, GroupChanges, Kind, Visibility, WhoSeesMembers
from groups.use_cases import accept_invitation as accepting
from groups.use_cases import change_group as changing
from groups.use_cases import found_group as founding
from groups.use_cases import leave as leaving
from groups.use_cases import list_groups as groups
from groups.use_cases import undo_leaving as undoing

router = APIRouter(route_class=IdempotentRoute)

Purpose = Annotated[Paragraphs, StringConstraints(max_length=2_000)]
# What is empty is taken away again.
MaybeText = Purpose | Literal[""] | None
MaybeLine = Line | Literal[""] | None


class NewGroup(Body):
    kind: Kind
    name: Line
    purpose: Purpose
    visibility: Visibility
    area: GssCode
    what_to_expect: Purpose | None = None
    meeting_place: Line | None = None
    who_sees_members: WhoSeesMembers | None = None


class GroupChange(Body):
    """With `version` the change is refused if somebody else was first."""

    name: Line | None = None
    purpose: Purpose | None = None
    what_to_expect: MaybeText = None
    meeting_place: MaybeLine = None
    visibility: Visibility | None = None
    who_sees_members: WhoSeesMembers | None = None
    area: GssCode | None = None
    version: int | None = None


class MyGroups(Answer):
    groups: list[MyGroupAnswer]


class ChangedGroup(Answer):
    id: UUID
    kind: Kind
    name: str
    purpose: str
    what_to_expect: str | None
    meeting_place: str | None
    visibility: Visibility
    who_sees_members: WhoSeesMembers
    area: str
    version: int


class LeftAnswer(Answer):
    """Until when leaving may be undone; None where there is nothing to come back to."""

    undo_until: datetime | None


def _changed(group: Group) -> ChangedGroup:
    return ChangedGroup.model_validate(group)


@router.get("/groups/mine")
async def list_my_groups(member: Member, uow: Unit) -> MyGroups:
    found = await groups.list_my_groups(uow, member, now())
    return MyGroups(groups=[my_group(mine.group, mine) for mine in found])


@router.post("/groups", status_code=201)
async def found_group(member: Member, uow: Unit, body: NewGroup) -> ChangedGroup:
    return _changed(await founding.found_group(uow, member, **dict(body), now=now()))


@router.get("/groups/{group_id}")
async def view_group(member: Member, uow: Unit, group_id: UUID) -> MyGroupAnswer:
    return my_group(*await groups.view_group(uow, member, group_id, now()))


@router.patch("/groups/{group_id}")
async def change_group(member: Member, uow: Unit, group_id: UUID, body: GroupChange) -> ChangedGroup:
    changes = GroupChanges(**body.model_dump(exclude={"version"}))
    changed = await changing.change_group(uow, member, group_id, changes, seen_version=body.version, now=now())
    return _changed(changed)


@router.post("/groups/{group_id}/membership/accept")
async def accept_invitation(member: Member, uow: Unit, group_id: UUID) -> MembershipAnswer:
    return MembershipAnswer.model_validate(await accepting.accept_invitation(uow, member, group_id, now()))


@router.delete("/groups/{group_id}/membership")
async def leave_group(member: Member, uow: Unit, group_id: UUID) -> LeftAnswer:
    return LeftAnswer.model_validate(await leaving.leave(uow, member, group_id, now()))


@router.post("/groups/{group_id}/membership/return")
async def undo_leaving(member: Member, uow: Unit, group_id: UUID) -> MembershipAnswer:
    return MembershipAnswer.model_validate(await undoing.undo_leaving(uow, member, group_id, now()))
