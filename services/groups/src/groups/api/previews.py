"""What others see of a group, for its officers: each answer has the parts that those others get."""

from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import GroupAnswer, MemberAnswer, MyGroupAnswer, my_group
from groups.api.answers import member as as_answer
from groups.api.dependencies import After, Limit, Unit
from groups.api.staff import SeenMember
from groups.use_cases import preview

router = APIRouter(prefix="/groups/{group_id}/preview", route_class=IdempotentRoute)


class PublicPreview(Answer):
    """As `GET /directory` shows the group; None where it does not."""

    group: GroupAnswer | None


class MemberPreview(Answer):
    """As `GET /groups/{id}` and `…/memberships` answer a member without an office, save that one themselves."""

    group: MyGroupAnswer
    members: list[MemberAnswer]


class StaffPreview(Answer):
    """As `GET /staff/groups/{id}` and `…/memberships` answer staff of the area."""

    group: GroupAnswer
    members: list[SeenMember]


@router.get("/public")
async def preview_as_public(member: Member, uow: Unit, group_id: UUID) -> PublicPreview:
    seen = await preview.preview_as_public(uow, member, group_id, now())
    return PublicPreview(group=GroupAnswer.model_validate(seen) if seen else None)


@router.get("/member")
async def preview_as_member(
    member: Member, uow: Unit, group_id: UUID, after: After = None, limit: Limit = 50
) -> MemberPreview:
    mine, members = await preview.preview_as_member(uow, member, group_id, after=after, limit=limit, now=now())
    return MemberPreview(group=my_group(mine.group, mine), members=[as_answer(each) for each in members])


@router.get("/staff")
async def preview_as_staff(
    member: Member, uow: Unit, group_id: UUID, after: After = None, limit: Limit = 50
) -> StaffPreview:
    group, members = await preview.preview_as_staff(uow, member, group_id, after=after, limit=limit, now=now())
    return StaffPreview(
        group=GroupAnswer.model_validate(group), members=[SeenMember.model_validate(each) for each in members]
    )
