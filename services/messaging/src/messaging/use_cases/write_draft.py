"""Whoever may send writes a draft, and it is kept as it is written (P26)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.mail.message import safe_header

from messaging.domain.authors import Author
from messaging.domain.drafts import Draft
from messaging.domain.permissions import organisation_of
from messaging.domain.written import Written
from messaging.keyring import Keyring
from messaging.storage.drafts import Drafts, WrittenDraft
from messaging.use_cases.choose_audience import choose_for_staff


async def add_draft(
    uow: UnitOfWork, keyring: Keyring, author: Author, written: Written, *, now: datetime
) -> WrittenDraft:
    draft = Draft(
        id=new_id(),
        group_id=author.group_id,
        organisation_id=author.organisation_id,
        version=1,
        edited_by=author.person_id,
        edited_at=now,
    )
    async with uow:
        await Drafts(uow.session, keyring, author).add(draft, written)
    return WrittenDraft(draft, written)


async def edit_draft(
    uow: UnitOfWork,
    keyring: Keyring,
    author: Author,
    draft_id: UUID,
    written: Written,
    *,
    version: int,
    now: datetime,
) -> WrittenDraft:
    """The next version, in place of version `version`: an approval of that one holds no more.

    What was scheduled is not any more. Raises NothingHere, EditedMeanwhile and AlreadySent.
    """
    async with uow:
        drafts = Drafts(uow.session, keyring, author)
        draft = (await drafts.get(draft_id, hold=True)).draft.edited(author.person_id, now, version)
        await drafts.change(draft, written)
    return WrittenDraft(draft, written)


async def read_drafts(
    uow: UnitOfWork, keyring: Keyring, author: Author, *, after: UUID | None, limit: int
) -> Sequence[WrittenDraft]:
    async with uow:
        return await Drafts(uow.session, keyring, author).page(after, limit)


async def read_draft(uow: UnitOfWork, keyring: Keyring, author: Author, draft_id: UUID) -> WrittenDraft:
    """Raises NothingHere."""
    async with uow:
        return await Drafts(uow.session, keyring, author).get(draft_id)


async def discard_draft(uow: UnitOfWork, keyring: Keyring, author: Author, draft_id: UUID) -> None:
    """One that was sent stays, as the record of who approved it. Raises NothingHere and AlreadySent."""
    async with uow:
        drafts = Drafts(uow.session, keyring, author)
        draft = (await drafts.get(draft_id, hold=True)).draft
        draft.need_open(draft.version)
        await drafts.discard(draft_id)


async def approve_draft(
    uow: UnitOfWork, keyring: Keyring, staff: Principal, draft_id: UUID, *, version: int
) -> WrittenDraft:
    """By a second person, as it is now, all of it inside their areas (P5).

    Raises NothingHere, EditedMeanwhile, AlreadySent, ApprovedByAnother, NotYourAudience and OutsideYourAreas.
    """
    organisation_id = organisation_of(staff)
    async with uow:
        drafts = Drafts(uow.session, keyring, Author(staff.id, None, organisation_id))
        found = await drafts.get(draft_id, hold=True)
        draft = found.draft.approved(staff.id, version)
        await choose_for_staff(uow.session, staff.areas, organisation_id, found.written.audience)
        await drafts.change(draft)
    return WrittenDraft(draft, found.written)


async def schedule_draft(
    uow: UnitOfWork,
    keyring: Keyring,
    author: Author,
    draft_id: UUID,
    *,
    version: int,
    send_at: datetime,
    now: datetime,
) -> WrittenDraft:
    """To be sent by itself, in the name of who schedules it, if they may then still send it.

    Raises NothingHere, EditedMeanwhile, AlreadySent, NotFinished, UnsafeHeader and TooEarly.
    """
    async with uow:
        drafts = Drafts(uow.session, keyring, author)
        found = await drafts.get(draft_id, hold=True)
        found.written.need_finished()
        safe_header(found.written.subject)
        draft = replace(found.draft.scheduled(send_at, now, version), scheduled_by=author.person_id)
        await drafts.change(draft)
    return WrittenDraft(draft, found.written)
