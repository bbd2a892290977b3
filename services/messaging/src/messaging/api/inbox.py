"""A member's inbox: what was sent to their groups, and to where they live."""

from uuid import UUID

from fastapi import APIRouter, Response
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import InboxAnswer, WholeMessageAnswer, inbox, whole
from messaging.api.dependencies import After, Built, Limit, Memberships, Unit
from messaging.api.raw_content import download
from messaging.use_cases import read_messages as reading

router = APIRouter(route_class=IdempotentRoute, tags=["messages"])


@router.get("/inbox")
async def read_inbox(
    proof: Memberships, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> InboxAnswer:
    return inbox(await reading.read_inbox(uow, built.keyring, proof, after=after, limit=limit))


@router.get("/inbox/{message_id}")
async def read_inbox_message(message_id: UUID, proof: Memberships, uow: Unit, built: Built) -> WholeMessageAnswer:
    return whole(await reading.read_inbox_message(uow, built.keyring, proof, message_id))


@router.get("/inbox/{message_id}/attachments/{attachment_id}", response_class=Response)
async def download_inbox_attachment(
    message_id: UUID, attachment_id: UUID, proof: Memberships, uow: Unit, built: Built
) -> Response:
    attachment = await reading.read_inbox_attachment(uow, built.keyring, proof, message_id, attachment_id)
    return await download(built.store, attachment)
