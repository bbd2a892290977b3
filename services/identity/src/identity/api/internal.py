"""For the gateway alone; no policy row reaches these paths from outside."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from shared.auth.access import LIFE
from shared.auth.principal import Plane
from shared.clock import now
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Built, Uow
from identity.api.fields import Token
from identity.use_cases import exchange_browser_session
from identity.use_cases.look import cookies_replaced_since, sessions_ended_since

router = APIRouter(route_class=IdempotentRoute, prefix="/internal", tags=["internal"])

# A transaction that ended a session may show a little after the moment it wrote down.
OVERLAP = timedelta(seconds=30)


class ShownCookie(Body):
    secret: Token
    plane: Literal[Plane.MEMBER, Plane.STAFF]


class AccessTokenUntil(Answer):
    access_token: str
    expires_at: AwareDatetime


class Revocations(Answer):
    """The sessions that ended and clients that were revoked since then, and the moment to ask from next time.

    `replaced` are the SHA-256, in hex, of secrets in whose place browsers keep others.
    """

    ended: list[UUID]
    replaced: list[str]
    until: AwareDatetime


@router.get("/revocations")
async def list_revocations(uow: Uow, since: Annotated[AwareDatetime | None, Query()] = None) -> Revocations:
    """Without `since`: all whose access tokens could still be alive."""
    moment = now()
    oldest = moment - LIFE - OVERLAP
    start = oldest if since is None else max(since - OVERLAP, oldest)
    ended = await sessions_ended_since(uow, start)
    replaced = [digest.hex() for digest in await cookies_replaced_since(uow, start)]
    return Revocations(ended=list(ended), replaced=replaced, until=moment)


@router.post("/browser-sessions")
async def exchange(body: ShownCookie, uow: Uow, built: Built) -> AccessTokenUntil:
    exchanged = await exchange_browser_session.exchange_browser_session(
        uow, built.keyring, secret=body.secret, plane=body.plane, now=now()
    )
    return AccessTokenUntil.model_validate(exchanged)
