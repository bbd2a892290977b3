"""The admin panel's view of groups: found a panel (P13), see, mark, withdraw. Nothing here changes a group (P4)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, GssCode, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import CurrentMarkingAnswer, GroupAnswer, GroupPage, MarkingAnswer
from groups.api.dependencies import AccessToken, After, Built, Limit, Unit
from groups.api.joining import Email
from groups.domain.groups import Kind, Visibility
from groups.domain.memberships import MembershipState
from groups.use_cases import found_panel as founding
from groups.use_cases import list_staff_groups as groups
from groups.use_cases import look_at_membership as looking
from groups.use_cases import mark as marking
from groups.use_cases import withdraw_marking as withdrawing

router = APIRouter(prefix="/staff", route_class=IdempotentRoute)

Purpose = Annotated[
    Line, StringConstraints(min_length=5), Query(description="Shown to the group's officers and members")
]


class SeenMember(Answer):
    """What staff see of a membership, and no more (P16)."""

    person_id: UUID
    name: str | None
    state: MembershipState
    office: str | None
    since: datetime
    markings: list[CurrentMarkingAnswer]


class SeenMembers(Answer):
    members: list[SeenMember]


class Declaration(Body):
    """Whether somebody of the marker's household holds an office in the group (P6)."""

    household: bool | None = None


UNDECLARED = Declaration()


class NewPanel(Body):
    """`emails` are the people named in the founding act; they are invited, and kept as keyed digests alone."""

    name: Line
    purpose: Annotated[Paragraphs, StringConstraints(max_length=2_000)]
    visibility: Visibility
    area: GssCode
    emails: Annotated[list[Email], Field(min_length=3, max_length=20)]


class FoundedPanel(Answer):
    """The same whoever was named."""

    id: UUID
    kind: Kind
    name: str
    area: str


class Withdrawal(Body):
    reason: Line


class Withdrawn(Answer):
    withdrawn: list[MarkingAnswer]


@router.get("/groups")
async def list_staff_groups(staff: Staff, uow: Unit, after: After = None, limit: Limit = 50) -> GroupPage:
    found = await groups.list_staff_groups(uow, staff, after=after, limit=limit, now=now())
    return GroupPage(groups=[GroupAnswer.model_validate(group) for group in found])


@router.post("/groups", status_code=201)
async def found_panel(staff: Staff, uow: Unit, resources: Built, body: NewPanel) -> FoundedPanel:
    panel = await founding.found_panel(
        uow,
        staff,
        name=body.name,
        purpose=body.purpose,
        visibility=body.visibility,
        area=body.area,
        invitees=[resources.invitee(email) for email in body.emails],
        now=now(),
    )
    return FoundedPanel.model_validate(panel)


@router.get("/groups/{group_id}")
async def view_staff_group(staff: Staff, uow: Unit, group_id: UUID) -> GroupAnswer:
    return GroupAnswer.model_validate(await groups.view_staff_group(uow, staff, group_id, now()))


@router.get("/groups/{group_id}/memberships")
async def look_at_membership(
    staff: Staff, uow: Unit, group_id: UUID, purpose: Purpose, after: After = None, limit: Limit = 50
) -> SeenMembers:
    seen = await looking.look_at_membership(uow, staff, group_id, purpose, after=after, limit=limit, now=now())
    return SeenMembers(members=[SeenMember.model_validate(each) for each in seen])


@router.post("/groups/{group_id}/markings", status_code=201)
async def mark_group(
    staff: Staff, uow: Unit, resources: Built, token: AccessToken, group_id: UUID, body: Declaration = UNDECLARED
) -> MarkingAnswer:
    entry = await marking.mark(
        uow,
        staff,
        group_id,
        None,
        declared_household=body.household,
        signs=resources.signs,
        access_token=token,
        now=now(),
    )
    return MarkingAnswer.model_validate(entry)


@router.post("/groups/{group_id}/markings/withdraw")
async def withdraw_group_marking(staff: Staff, uow: Unit, group_id: UUID, body: Withdrawal) -> Withdrawn:
    entries = await withdrawing.withdraw_marking(uow, staff, group_id, None, body.reason, now())
    return Withdrawn(withdrawn=[MarkingAnswer.model_validate(entry) for entry in entries])


@router.post("/groups/{group_id}/memberships/{person_id}/markings", status_code=201)
async def mark_member(
    staff: Staff,
    uow: Unit,
    resources: Built,
    token: AccessToken,
    group_id: UUID,
    person_id: UUID,
    body: Declaration = UNDECLARED,
) -> MarkingAnswer:
    entry = await marking.mark(
        uow,
        staff,
        group_id,
        person_id,
        declared_household=body.household,
        signs=resources.signs,
        access_token=token,
        now=now(),
    )
    return MarkingAnswer.model_validate(entry)


@router.post("/groups/{group_id}/memberships/{person_id}/markings/withdraw")
async def withdraw_member_marking(
    staff: Staff, uow: Unit, group_id: UUID, person_id: UUID, body: Withdrawal
) -> Withdrawn:
    entries = await withdrawing.withdraw_marking(uow, staff, group_id, person_id, body.reason, now())
    return Withdrawn(withdrawn=[MarkingAnswer.model_validate(entry) for entry in entries])
