"""A member's inbox: what all their groups were sent."""

from fastapi import APIRouter
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import InboxAnswer, inbox
from messaging.api.dependencies import After, Built, Limit, Memberships, Unit
from messaging.use_cases import read_messages as reading

router = APIRouter(route_class=IdempotentRoute, tags=["messages"])


@router.get("/inbox")
async def read_inbox(
    proof: Memberships, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> InboxAnswer:
    return inbox(await reading.read_inbox(uow, built.keyring, proof, after=after, limit=limit))
