"""For the gateway alone; no policy row reaches these paths from outside."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from shared.auth.access import LIFE
from shared.clock import now
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.use_cases.look import sessions_ended_since

router = APIRouter(route_class=IdempotentRoute, prefix="/internal", tags=["internal"])

# A transaction that ended a session may show a little after the moment it wrote down.
OVERLAP = timedelta(seconds=30)


class Revocations(Answer):
    """The sessions that ended and clients that were revoked since then, and the moment to ask from next time."""

    ended: list[UUID]
    until: AwareDatetime


@router.get("/revocations")
async def list_revocations(uow: Uow, since: Annotated[AwareDatetime | None, Query()] = None) -> Revocations:
    """Without `since`: all whose access tokens could still be alive."""
    moment = now()
    oldest = moment - LIFE - OVERLAP
    start = oldest if since is None else max(since - OVERLAP, oldest)
    return Revocations(ended=list(await sessions_ended_since(uow, start)), until=moment)
