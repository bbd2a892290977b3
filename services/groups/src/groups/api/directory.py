"""The public directory: groups that are visible and marked (P11), and how to write to one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, StringConstraints
from shared.clock import now
from shared.contracts.groups import ContactWords
from shared.http.fields import Answer, Body, GssCode, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import GroupAnswer, GroupPage
from groups.api.dependencies import After, Built, Limit, Unit
from groups.api.joining import Email
from groups.domain.distances import Place
from groups.domain.errors import NoSuchPage
from groups.domain.groups import Kind
from groups.storage.directory import Wanted
from groups.use_cases import contact_group as contacting
from groups.use_cases import list_groups as groups

router = APIRouter(route_class=IdempotentRoute)

FURTHEST_KM = 50


def _place(value: str) -> str:
    latitude, longitude = (float(part) for part in value.split(","))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("no place on earth")
    return value


Near = Annotated[
    str,
    StringConstraints(max_length=60, pattern=r"^-?[0-9]+(\.[0-9]+)?,-?[0-9]+(\.[0-9]+)?$"),
    AfterValidator(_place),
    Query(description="Latitude and longitude with a comma between them; the nearest wards come first"),
]
AfterArea = Annotated[GssCode | None, Query(description="With `near`: the area of the last group of the page before")]


class Question(Body):
    """`email` is where the officers' answer goes."""

    name: Line
    email: Email
    message: Annotated[Paragraphs, StringConstraints(max_length=5_000)]


class QuestionAnswer(Answer):
    """The same whatever the group, and whether there is one."""

    accepted: bool = True


@router.get("/directory")
async def list_directory(
    uow: Unit,
    area: GssCode | None = None,
    name: Line | None = None,
    kind: Kind | None = None,
    near: Near | None = None,
    within_km: Annotated[float, Query(gt=0, le=FURTHEST_KM)] = 5,
    after: After = None,
    after_area: AfterArea = None,
    limit: Limit = 50,
) -> GroupPage:
    wanted = Wanted(area=area, kind=kind, name=name)
    if (after_area is not None) != (near is not None and after is not None):
        raise NoSuchPage
    if near is None:
        found = await groups.list_directory(uow, wanted, after=after, limit=limit, now=now())
    else:
        latitude, longitude = near.split(",")
        place = Place(float(latitude), float(longitude))
        last = (after_area, after) if after_area and after else None
        found = await groups.list_nearest(uow, wanted, place, within_km, after=last, limit=limit, now=now())
    return GroupPage(groups=[GroupAnswer.model_validate(group) for group in found])


@router.post("/directory/{group_id}/contact", status_code=202)
async def contact_group(uow: Unit, resources: Built, group_id: UUID, body: Question) -> QuestionAnswer:
    words = ContactWords(name=body.name, reply_to=body.email, text=body.message)
    await contacting.contact_group(uow, group_id, words, resources.seal, now())
    return QuestionAnswer()
