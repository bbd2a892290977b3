"""What messaging's routes ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from shared.auth.jurisdiction import JurisdictionPass
from shared.auth.memberships import MembershipsPass
from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork
from shared.http.dependencies import group_pass_for, jurisdiction_for, memberships_for

from messaging.bootstrap import Resources
from messaging.settings import SERVICE

LARGEST_PAGE = 100


async def resources_of(request: Request) -> Resources:
    """What bootstrap built."""
    resources: Resources = request.app.state.resources
    return resources


async def unit_of_work(request: Request) -> UnitOfWork:
    """A unit of work under the request's idempotency key, where it has one."""
    return (await resources_of(request)).unit_of_work(getattr(request.state, "claim", None))


Built = Annotated[Resources, Depends(resources_of)]
Unit = Annotated[UnitOfWork, Depends(unit_of_work)]
Belongs = Annotated[GroupPass, Depends(group_pass_for(SERVICE))]
Memberships = Annotated[MembershipsPass, Depends(memberships_for(SERVICE))]
InArea = Annotated[JurisdictionPass, Depends(jurisdiction_for(SERVICE))]
After = Annotated[UUID | None, Query()]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
