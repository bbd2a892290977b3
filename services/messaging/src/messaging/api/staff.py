"""Alerts by staff to groups in their areas. Nothing here shows a member, a list or another's message (P4, P5)."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from shared.auth.principal import Principal
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import (
    AttachmentMade,
    MessageAnswer,
    MessagesAnswer,
    NewAttachment,
    NewGroupAlert,
    WholeMessageAnswer,
    several,
    whole,
)
from messaging.api.dependencies import After, Built, InArea, Limit, Unit
from messaging.api.raw_content import LARGEST_UPLOAD, RAW, pieces
from messaging.domain.audience import Audience, members_of
from messaging.domain.authors import Author
from messaging.domain.permissions import organisation_of
from messaging.use_cases import keep_attachment as keeping
from messaging.use_cases import read_messages as reading
from messaging.use_cases import send_message as sending


async def _in_area(_proof: InArea) -> None:
    """The group of the path lies in the session's areas (P5)."""


router = APIRouter(
    prefix="/staff/groups/{group_id}",
    route_class=IdempotentRoute,
    tags=["staff"],
    dependencies=[Depends(_in_area)],
)


@router.post("/attachments", status_code=201)
async def staff_add_attachment(
    group_id: UUID, body: NewAttachment, staff: Staff, uow: Unit, built: Built
) -> AttachmentMade:
    told = body.model_dump()
    by = _author(staff, group_id)
    return AttachmentMade(id=await keeping.declare_attachment(uow, built.keyring, by, **told, now=now()))


@router.put("/attachments/{attachment_id}/content", status_code=204, max_body_size=LARGEST_UPLOAD, openapi_extra=RAW)
async def staff_upload_attachment(
    group_id: UUID, attachment_id: UUID, request: Request, staff: Staff, uow: Unit, built: Built
) -> None:
    by = _author(staff, group_id)
    await keeping.keep_attachment(uow, built.store, built.keyring, by, attachment_id, pieces(request))


@router.post("/messages", status_code=202)
async def staff_send_message(
    group_id: UUID, body: NewGroupAlert, staff: Staff, uow: Unit, built: Built
) -> MessageAnswer:
    written = body.to(Audience([members_of(group_id)]))
    limit = built.settings.largest_audience_alone
    sent = await sending.send_alert(uow, built.keyring, staff, group_id, written, largest_alone=limit, now=now())
    return MessageAnswer.model_validate(sent)


@router.get("/messages")
async def staff_list_messages(
    group_id: UUID, staff: Staff, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> MessagesAnswer:
    return several(await reading.read_alerts(uow, built.keyring, staff, group_id, after=after, limit=limit))


@router.get("/messages/{message_id}")
async def staff_read_message(
    group_id: UUID, message_id: UUID, staff: Staff, uow: Unit, built: Built
) -> WholeMessageAnswer:
    return whole(await reading.read_alert(uow, built.keyring, staff, group_id, message_id))


def _author(staff: Principal, group_id: UUID) -> Author:
    return Author(staff.id, group_id, organisation_of(staff))
