"""What identity's routes ask for."""

from typing import Annotated

from fastapi import Depends, Request
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.http.dependencies import SignedIn, member, staff_of_any_assurance
from shared.http.headers import SOURCE_HEADER

from identity.bootstrap import Resources


async def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


async def _unit_of_work(request: Request, resources: Annotated[Resources, Depends(_resources)]) -> UnitOfWork:
    return resources.unit_of_work(request.state.claim)


async def _source(request: Request) -> str:
    # Said by the gateway alone: the door has seen its token before anything is read here.
    return request.headers.get(SOURCE_HEADER, "unknown")


async def _owner(request: Request, principal: SignedIn) -> Principal:
    return await (staff_of_any_assurance if request.scope["path"].startswith("/staff/") else member)(principal)


Built = Annotated[Resources, Depends(_resources)]
Source = Annotated[str, Depends(_source)]
Uow = Annotated[UnitOfWork, Depends(_unit_of_work)]
# For routes that members have under /me and staff under /staff/me, there also in a session of one factor: whoever lacks
# the second must be able to add it. The policy table says which of them need more.
Owner = Annotated[Principal, Depends(_owner)]
