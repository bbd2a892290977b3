"""Areas, for everybody."""

from typing import Annotated

from fastapi import APIRouter, Query
from shared.clock import now
from shared.http.fields import Answer, GssCode
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.distances import Place
from groups.storage.tables.groups import Level
from groups.use_cases import find_ward as finding
from groups.use_cases import list_groups as groups

router = APIRouter(route_class=IdempotentRoute)

Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]


class AreaAnswer(Answer):
    code: str
    name: str
    level: Level
    parent: str | None


class AreaList(Answer):
    areas: list[AreaAnswer]


@router.get("/areas")
async def list_areas(uow: Unit, within: GssCode | None = None) -> AreaList:
    found = await groups.list_areas(uow, within)
    return AreaList(areas=[AreaAnswer.model_validate(area) for area in found])


@router.get("/areas/at")
async def find_ward(uow: Unit, lat: Latitude, lon: Longitude) -> AreaAnswer:
    return AreaAnswer.model_validate(await finding.find_ward(uow, Place(lat, lon), now().date()))
