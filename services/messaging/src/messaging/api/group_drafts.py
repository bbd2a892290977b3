"""A group's drafts, for its officers (P23)."""

from uuid import UUID

from fastapi import APIRouter
from shared.auth.passes import GroupPass
from shared.clock import now
from shared.http.idempotency import IdempotentRoute

from messaging.api.answers import MessageAnswer
from messaging.api.dependencies import After, Belongs, Built, Limit, Unit
from messaging.api.drafts import (
    DraftAnswer,
    DraftsAnswer,
    EditedGroupDraft,
    GroupDraft,
    OfVersion,
    PreviewAnswer,
    Schedule,
    previewed,
    shown,
)
from messaging.domain.authors import Author
from messaging.domain.permissions import need_officer
from messaging.use_cases import preview_draft as previewing
from messaging.use_cases import recall_message as recalling
from messaging.use_cases import send_draft as sending
from messaging.use_cases import write_draft as writing

router = APIRouter(prefix="/groups/{group_id}", route_class=IdempotentRoute, tags=["drafts"])


@router.post("/drafts", status_code=201)
async def add_draft(body: GroupDraft, proof: Belongs, uow: Unit, built: Built) -> DraftAnswer:
    return shown(await writing.add_draft(uow, built.keyring, _author(proof), body.of(proof.group_id), now=now()))


@router.get("/drafts")
async def list_drafts(proof: Belongs, uow: Unit, built: Built, after: After = None, limit: Limit = 50) -> DraftsAnswer:
    found = await writing.read_drafts(uow, built.keyring, _author(proof), after=after, limit=limit)
    return DraftsAnswer(drafts=[shown(each) for each in found])


@router.get("/drafts/{draft_id}")
async def read_draft(draft_id: UUID, proof: Belongs, uow: Unit, built: Built) -> DraftAnswer:
    return shown(await writing.read_draft(uow, built.keyring, _author(proof), draft_id))


@router.get("/drafts/{draft_id}/preview")
async def preview_draft(draft_id: UUID, proof: Belongs, uow: Unit, built: Built) -> PreviewAnswer:
    return previewed(
        await previewing.preview_groups_draft(uow, built.keyring, built.settings.mail_from, proof, draft_id, now())
    )


@router.put("/drafts/{draft_id}")
async def edit_draft(draft_id: UUID, body: EditedGroupDraft, proof: Belongs, uow: Unit, built: Built) -> DraftAnswer:
    written = body.of(proof.group_id)
    edited = await writing.edit_draft(
        uow, built.keyring, _author(proof), draft_id, written, version=body.version, now=now()
    )
    return shown(edited)


@router.delete("/drafts/{draft_id}", status_code=204)
async def discard_draft(draft_id: UUID, proof: Belongs, uow: Unit, built: Built) -> None:
    await writing.discard_draft(uow, built.keyring, _author(proof), draft_id)


@router.post("/drafts/{draft_id}/schedule")
async def schedule_draft(draft_id: UUID, body: Schedule, proof: Belongs, uow: Unit, built: Built) -> DraftAnswer:
    author = _author(proof)
    scheduled = await writing.schedule_draft(
        uow, built.keyring, author, draft_id, version=body.version, send_at=body.send_at, now=now()
    )
    return shown(scheduled)


@router.post("/drafts/{draft_id}/send", status_code=202)
async def send_draft(draft_id: UUID, body: OfVersion, proof: Belongs, uow: Unit, built: Built) -> MessageAnswer:
    sent = await sending.send_groups_draft(uow, built.drafts, proof, draft_id, version=body.version, now=now())
    return MessageAnswer.model_validate(sent)


@router.post("/messages/{message_id}/recall", status_code=204)
async def recall_message(message_id: UUID, proof: Belongs, uow: Unit, built: Built) -> None:
    await recalling.recall_message(uow, built.keyring, proof, message_id, now())


def _author(proof: GroupPass) -> Author:
    need_officer(proof)
    return Author(proof.person_id, proof.group_id, None)
