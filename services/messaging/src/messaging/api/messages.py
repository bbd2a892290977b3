"""Messages of a group, for its members."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from shared.clock import now
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import (
    AttachmentMade,
    MessageAnswer,
    MessagesAnswer,
    NewAttachment,
    NewMessage,
    WholeMessageAnswer,
    several,
    whole,
)
from messaging.api.dependencies import After, Belongs, Built, Limit, Unit
from messaging.api.raw_content import LARGEST_UPLOAD, RAW, download, pieces
from messaging.domain.authors import Author
from messaging.domain.permissions import need_officer
from messaging.use_cases import keep_attachment as keeping
from messaging.use_cases import read_messages as reading
from messaging.use_cases import send_message as sending

router = APIRouter(prefix="/groups/{group_id}", route_class=IdempotentRoute, tags=["messages"])


@router.post("/attachments", status_code=201)
async def add_attachment(body: NewAttachment, proof: Belongs, uow: Unit, built: Built) -> AttachmentMade:
    need_officer(proof)
    by = Author(proof.person_id, proof.group_id, None)
    told = body.model_dump()
    return AttachmentMade(id=await keeping.declare_attachment(uow, built.keyring, by, **told, now=now()))


@router.put(
    "/attachments/{attachment_id}/content",
    status_code=204,
    max_body_size=LARGEST_UPLOAD,
    openapi_extra=RAW,
)
async def upload_attachment(attachment_id: UUID, request: Request, proof: Belongs, uow: Unit, built: Built) -> None:
    need_officer(proof)
    by = Author(proof.person_id, proof.group_id, None)
    await keeping.keep_attachment(uow, built.store, built.keyring, by, attachment_id, pieces(request))


@router.post("/messages", status_code=202)
async def send_message(body: NewMessage, proof: Belongs, uow: Unit, built: Built) -> MessageAnswer:
    sent = await sending.send_message(uow, built.keyring, proof, body.of(proof.group_id), now=now())
    return MessageAnswer.model_validate(sent)


@router.get("/messages")
async def list_messages(
    proof: Belongs, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> MessagesAnswer:
    return several(await reading.read_messages(uow, built.keyring, proof, after=after, limit=limit))


@router.get("/messages/{message_id}")
async def read_message(message_id: UUID, proof: Belongs, uow: Unit, built: Built) -> WholeMessageAnswer:
    return whole(await reading.read_message(uow, built.keyring, proof, message_id))


@router.get("/messages/{message_id}/attachments/{attachment_id}", response_class=Response)
async def download_attachment(
    message_id: UUID, attachment_id: UUID, proof: Belongs, uow: Unit, built: Built
) -> Response:
    attachment = await reading.read_attachment(uow, built.keyring, proof, message_id, attachment_id)
    return await download(built.store, attachment)
