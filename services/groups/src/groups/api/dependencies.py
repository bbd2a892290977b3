"""What groups' routes ask for besides who is asking."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from shared.db.unit_of_work import UnitOfWork
from shared.http.idempotency import MUTATING

from groups.bootstrap import Resources
from groups.storage.audit import saying_who

# What is nobody's to know who did it, not from the audit either.
NOBODYS = {"vote", "ask_for_ballot", "object_to_result", "report_abuse", "report_abuse_from_outside"}


async def resources(request: Request) -> Resources:
    built = request.app.state.resources
    assert isinstance(built, Resources)  # noqa: S101 - the app's own bootstrap made it
    return built


async def acting(request: Request) -> UnitOfWork:
    """Whatever it changes is entered in the audit as this person's act."""
    principal, act = request.state.principal, request.scope["endpoint"].__name__
    opening = saying_who(principal.id if principal and act not in NOBODYS else None, act)
    return (await resources(request)).unit_of_work(request.state.claim, opening)


async def looking(request: Request) -> UnitOfWork:
    """Changes nothing that the audit keeps, and so has nothing to say."""
    return (await resources(request)).unit_of_work()


async def unit_of_work(request: Request) -> UnitOfWork:
    """As the request's method says: acting or looking."""
    return await (acting if request.method in MUTATING else looking)(request)


async def access_token(request: Request) -> str:
    """The token as it was sent, for the signing process to read by itself."""
    token: str = request.state.access_token
    return token


Unit = Annotated[UnitOfWork, Depends(unit_of_work)]
Acting = Annotated[UnitOfWork, Depends(acting)]
Looking = Annotated[UnitOfWork, Depends(looking)]
Built = Annotated[Resources, Depends(resources)]
AccessToken = Annotated[str, Depends(access_token)]
After = Annotated[UUID | None, Query(description="The last id of the page before")]
Limit = Annotated[int, Query(ge=1, le=100)]
