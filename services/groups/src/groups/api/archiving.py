"""A group's end, and how its leader takes it back."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.groups import REOPENED_WITHIN, Group, GroupState, Kind
from groups.use_cases import archive_group as archiving
from groups.use_cases import reopen_group as reopening

router = APIRouter(route_class=IdempotentRoute)


class ArchivedGroup(Answer):
    """`reopen_until` is None in a group that is open."""

    id: UUID
    kind: Kind
    name: str
    state: GroupState
    reopen_until: datetime | None


class ArchivedGroups(Answer):
    groups: list[ArchivedGroup]


@router.get("/groups/archived")
async def list_archived_groups(member: Member, uow: Unit) -> ArchivedGroups:
    found = await reopening.list_archived_groups(uow, member, now())
    return ArchivedGroups(groups=[_answer(group) for group in found])


@router.post("/groups/{group_id}/archive")
async def archive_group(member: Member, uow: Unit, group_id: UUID) -> ArchivedGroup:
    return _answer(await archiving.archive_group(uow, member, group_id, now()))


@router.post("/groups/{group_id}/reopen")
async def reopen_group(member: Member, uow: Unit, group_id: UUID) -> ArchivedGroup:
    return _answer(await reopening.reopen_group(uow, member, group_id, now()))


def _answer(group: Group) -> ArchivedGroup:
    until = group.archived_at + REOPENED_WITHIN if group.archived_at else None
    return ArchivedGroup(id=group.id, kind=group.kind, name=group.name, state=group.state, reopen_until=until)
