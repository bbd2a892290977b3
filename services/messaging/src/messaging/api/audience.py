"""How an audience is told: parts to include, and parts to leave out of those."""

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, GssCode
from shared.http.idempotency import IdempotentRoute

from messaging.api.dependencies import Belongs, Unit
from messaging.domain.audience import Audience, Part, PartKind, members_of
from messaging.domain.message_types import MessageType
from messaging.storage.audience_counts import Counts
from messaging.use_cases import preview_audience as previewing

router = APIRouter(route_class=IdempotentRoute, tags=["audiences"])

Office = Literal["chair", "vice_chair", "secretary", "coordinator", "deputy_coordinator"]
MOST_PARTS = 50
FEWEST_TOLD = 20


class Members(Body):
    """All active members of the group."""

    kind: Literal["members"]


class OnList(Body):
    kind: Literal["list"]
    list_id: UUID


class InOffice(Body):
    """Who holds the office; without one, all officers."""

    kind: Literal["office"]
    office: Office | None = None


class InGroup(Body):
    """All active members of a group in the session's areas."""

    kind: Literal["group"]
    group_id: UUID


class InOfficeOf(InOffice):
    group_id: UUID


class InArea(Body):
    """Members who live in the area and gave the organisation their sharing consent."""

    kind: Literal["area"]
    area: GssCode


GroupPart = Annotated[Members | OnList | InOffice, Field(discriminator="kind")]
StaffPart = Annotated[InGroup | InOfficeOf | InArea, Field(discriminator="kind")]


class GroupAudience(Body):
    include: Annotated[list[GroupPart], Field(min_length=1, max_length=MOST_PARTS)]
    exclude: Annotated[list[GroupPart], Field(default_factory=list, max_length=MOST_PARTS)]

    def of(self, group_id: UUID) -> Audience:
        """What it means in this group."""
        return Audience(_parts(self.include, group_id), _parts(self.exclude, group_id))


class StaffAudience(Body):
    include: Annotated[list[StaffPart], Field(min_length=1, max_length=MOST_PARTS)]
    exclude: Annotated[list[StaffPart], Field(default_factory=list, max_length=MOST_PARTS)]

    def as_told(self) -> Audience:
        return Audience(_parts(self.include), _parts(self.exclude))


class GroupPreview(Body):
    audience: GroupAudience
    type: MessageType = MessageType.GROUP_NEWS


class StaffPreview(Body):
    audience: StaffAudience
    type: MessageType


class PreviewAnswer(Answer):
    """Whom a message would reach now, rounded up to the next five.

    `emails` go out; `inbox_only` people have no mailbox; `left_out` left, do not want the type, or cannot be reached,
    together. `lately` is how many messages of your own each was sent in the last seven days, on average. Of fewer than
    twenty people nothing is told but, to officers, how many they are: anything more could point to one of them.
    """

    people: int | None
    emails: int | None
    inbox_only: int | None
    left_out: int | None
    lately: float | None


@router.post("/groups/{group_id}/audience")
async def preview_audience(group_id: UUID, body: GroupPreview, proof: Belongs, uow: Unit) -> PreviewAnswer:
    counts = await previewing.preview_for_group(uow, proof, body.audience.of(group_id), body.type)
    return _answer(counts, is_exact=True)


@router.post("/staff/audience")
async def staff_preview_audience(body: StaffPreview, staff: Staff, uow: Unit) -> PreviewAnswer:
    counts = await previewing.preview_for_staff(uow, staff, body.audience.as_told(), body.type)
    return _answer(counts, is_exact=False)


def _answer(counts: Counts, *, is_exact: bool) -> PreviewAnswer:
    if counts.people < FEWEST_TOLD:
        people = counts.people if is_exact else None
        return PreviewAnswer(people=people, emails=None, inbox_only=None, left_out=None, lately=None)
    return PreviewAnswer(
        people=counts.people if is_exact else _rounded(counts.people),
        emails=_rounded(counts.mailboxes),
        inbox_only=_rounded(counts.without_a_mailbox),
        left_out=_rounded(counts.left_before + counts.type_not_wanted + counts.unreachable),
        lately=round(counts.lately, 1),
    )


def _rounded(count: int) -> int:
    return -(-count // 5) * 5


def _parts(told: Iterable[GroupPart | StaffPart], group_id: UUID | None = None) -> list[Part]:
    return [_part(each, group_id) for each in told]


def _part(told: GroupPart | StaffPart, group_id: UUID | None) -> Part:
    match told:
        case OnList(list_id=list_id):
            return Part(PartKind.LIST, ref=list_id)
        case InOfficeOf(group_id=of, office=office):
            return Part(PartKind.OFFICE, group_id=of, code=office)
        case InOffice(office=office):
            return Part(PartKind.OFFICE, group_id=group_id, code=office)
        case InGroup(group_id=of):
            return members_of(of)
        case InArea(area=area):
            return Part(PartKind.AREA, code=area)
        case Members():
            if group_id is None:
                raise ValueError("members of no group")
            return members_of(group_id)


def as_told(audience: Audience, group_id: UUID | None) -> dict[str, list[dict[str, str]]]:
    """An audience as it was told, in a group or by staff."""
    return {
        "include": [_told(part, group_id) for part in audience.include],
        "exclude": [_told(part, group_id) for part in audience.exclude],
    }


def _told(part: Part, group_id: UUID | None) -> dict[str, str]:
    of_group = {} if group_id == part.group_id else {"group_id": str(part.group_id)}
    match part.kind:
        case PartKind.GROUP if part.ref == group_id:
            return {"kind": "members"}
        case PartKind.GROUP:
            return {"kind": "group", "group_id": str(part.ref)}
        case PartKind.LIST:
            return {"kind": "list", "list_id": str(part.ref)}
        case PartKind.AREA:
            return {"kind": "area", "area": part.code or ""}
        case _:
            return {"kind": "office", **of_group, **({"office": part.code} if part.code else {})}
