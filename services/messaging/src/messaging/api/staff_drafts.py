"""An organisation's drafts, with a second person's approval, and its reviews (P5, P26)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.auth.principal import Principal
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import MessageAnswer
from messaging.api.dependencies import After, Built, Limit, Unit
from messaging.api.drafts import (
    DraftAnswer,
    DraftsAnswer,
    EditedStaffDraft,
    OfVersion,
    PreviewAnswer,
    Schedule,
    StaffDraft,
    previewed,
    shown,
)
from messaging.domain.authors import Author
from messaging.domain.permissions import organisation_of
from messaging.use_cases import preview_draft as previewing
from messaging.use_cases import recall_message as recalling
from messaging.use_cases import review_alert as reviewing
from messaging.use_cases import send_draft as sending
from messaging.use_cases import write_draft as writing

router = APIRouter(prefix="/staff", route_class=IdempotentRoute, tags=["staff"])


class ReviewAnswer(Answer):
    message_id: UUID
    sent_by: UUID
    due_at: datetime


class ReviewsAnswer(Answer):
    reviews: list[ReviewAnswer]


@router.post("/drafts", status_code=201)
async def staff_add_draft(body: StaffDraft, staff: Staff, uow: Unit, built: Built) -> DraftAnswer:
    return shown(await writing.add_draft(uow, built.keyring, _author(staff), body.as_written(), now=now()))


@router.get("/drafts")
async def staff_list_drafts(
    staff: Staff, uow: Unit, built: Built, after: After = None, limit: Limit = 50
) -> DraftsAnswer:
    found = await writing.read_drafts(uow, built.keyring, _author(staff), after=after, limit=limit)
    return DraftsAnswer(drafts=[shown(each) for each in found])


@router.get("/drafts/{draft_id}")
async def staff_read_draft(draft_id: UUID, staff: Staff, uow: Unit, built: Built) -> DraftAnswer:
    return shown(await writing.read_draft(uow, built.keyring, _author(staff), draft_id))


@router.get("/drafts/{draft_id}/preview")
async def staff_preview_draft(draft_id: UUID, staff: Staff, uow: Unit, built: Built) -> PreviewAnswer:
    return previewed(
        await previewing.preview_staffs_draft(uow, built.keyring, built.settings.mail_from, staff, draft_id, now())
    )


@router.put("/drafts/{draft_id}")
async def staff_edit_draft(
    draft_id: UUID, body: EditedStaffDraft, staff: Staff, uow: Unit, built: Built
) -> DraftAnswer:
    edited = await writing.edit_draft(
        uow, built.keyring, _author(staff), draft_id, body.as_written(), version=body.version, now=now()
    )
    return shown(edited)


@router.delete("/drafts/{draft_id}", status_code=204)
async def staff_discard_draft(draft_id: UUID, staff: Staff, uow: Unit, built: Built) -> None:
    await writing.discard_draft(uow, built.keyring, _author(staff), draft_id)


@router.post("/drafts/{draft_id}/approve")
async def staff_approve_draft(draft_id: UUID, body: OfVersion, staff: Staff, uow: Unit, built: Built) -> DraftAnswer:
    return shown(await writing.approve_draft(uow, built.keyring, staff, draft_id, version=body.version))


@router.post("/drafts/{draft_id}/schedule")
async def staff_schedule_draft(draft_id: UUID, body: Schedule, staff: Staff, uow: Unit, built: Built) -> DraftAnswer:
    author = _author(staff)
    scheduled = await writing.schedule_draft(
        uow, built.keyring, author, draft_id, version=body.version, send_at=body.send_at, now=now()
    )
    return shown(scheduled)


@router.post("/drafts/{draft_id}/send", status_code=202)
async def staff_send_draft(draft_id: UUID, body: OfVersion, staff: Staff, uow: Unit, built: Built) -> MessageAnswer:
    sent = await sending.send_staffs_draft(uow, built.drafts, staff, draft_id, version=body.version, now=now())
    return MessageAnswer.model_validate(sent)


@router.post("/messages/{message_id}/recall", status_code=204)
async def staff_recall_alert(message_id: UUID, staff: Staff, uow: Unit, built: Built) -> None:
    await recalling.recall_alert(uow, built.keyring, staff, message_id, now())


@router.get("/reviews")
async def staff_list_reviews(staff: Staff, uow: Unit) -> ReviewsAnswer:
    found = await reviewing.read_reviews(uow, staff)
    return ReviewsAnswer(reviews=[ReviewAnswer.model_validate(each) for each in found])


@router.post("/messages/{message_id}/review", status_code=204)
async def staff_review_alert(message_id: UUID, staff: Staff, uow: Unit) -> None:
    await reviewing.review_alert(uow, staff, message_id, now())


def _author(staff: Principal) -> Author:
    return Author(staff.id, None, organisation_of(staff))
