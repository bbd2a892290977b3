"""Alerts by staff to several groups, to offices and to areas, all within the session's own areas (P5)."""

from uuid import UUID

from fastapi import APIRouter, Request
from shared.auth.principal import Principal
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import (
    AttachmentMade,
    MessageAnswer,
    MessagesAnswer,
    NewAlert,
    NewAttachment,
    WholeMessageAnswer,
    several,
    whole,
)
from messaging.api.dependencies import After, Built, Limit, Unit
from messaging.api.raw_content import LARGEST_UPLOAD, RAW, pieces
from messaging.domain.authors import Author
from messaging.domain.permissions import organisation_of
from messaging.use_cases import keep_attachment as keeping
from messaging.use_cases import read_messages as reading
from messaging.use_cases import send_message as sending

router = APIRouter(prefix="/staff", route_class=IdempotentRoute, tags=["staff"])


@router.post("/attachments", status_code=201)
async def staff_add_alert_attachment(body: NewAttachment, staff: Staff, uow: Unit, built: Built) -> AttachmentMade:
    by = _author(staff)
    return AttachmentMade(id=await keeping.declare_attachment(uow, built.keyring, by, **body.model_dump(), now=now()))


@router.put("/attachments/{attachment_id}/content", status_code=204, max_body_size=LARGEST_UPLOAD, openapi_extra=RAW)
async def staff_upload_alert_attachment(
    attachment_id: UUID, request: Request, staff: Staff, uow: Unit, built: Built
) -> None:
    by = _author(staff)
    await keeping.keep_attachment(uow, built.store, built.keyring, by, attachment_id, pieces(request))


@router.post("/messages", status_code=202)
async def staff_send_alert(body: NewAlert, staff: Staff, uow: Unit, built: Built) -> MessageAnswer:
    written, limit = body.to(body.audience.as_told()), built.settings.largest_audience_alone
    sent = await sending.send_alert(uow, built.keyring, staff, None, written, largest_alone=limit, now=now())
    return MessageAnswer.model_validate(sent)


@router.get("/messages")
async def staff_list_alerts(
    staff: Staff, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> MessagesAnswer:
    return several(await reading.read_alerts(uow, built.keyring, staff, None, after=after, limit=limit))


@router.get("/messages/{message_id}")
async def staff_read_alert(message_id: UUID, staff: Staff, uow: Unit, built: Built) -> WholeMessageAnswer:
    return whole(await reading.read_alert(uow, built.keyring, staff, None, message_id))


def _author(staff: Principal) -> Author:
    return Author(staff.id, None, organisation_of(staff))
