"""What identity's routes ask for."""

from typing import Annotated

from fastapi import Depends, Request
from shared.db.unit_of_work import UnitOfWork

from identity.bootstrap import Resources


def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


def _unit_of_work(request: Request, resources: Annotated[Resources, Depends(_resources)]) -> UnitOfWork:
    return resources.unit_of_work(request.state.claim)


Built = Annotated[Resources, Depends(_resources)]
Uow = Annotated[UnitOfWork, Depends(_unit_of_work)]
