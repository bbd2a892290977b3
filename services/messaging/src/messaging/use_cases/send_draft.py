"""A draft is sent: by an officer or a staff member now, or by itself when its time has come (P23, P26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Refusal, Unavailable
from shared.logging import get_logger

from messaging.domain.authors import Author
from messaging.domain.drafts import DraftState
from messaging.domain.errors import NotCaughtUp
from messaging.domain.permissions import need_officer, organisation_of
from messaging.keyring import Keyring
from messaging.storage.drafts import Drafts, WrittenDraft, take_due
from messaging.storage.known import is_active_member, office_of, staff_in_office
from messaging.storage.messages import Message
from messaging.use_cases.send_message import Accepted, accept_alert, accept_message, sent_alone

TRIED_AGAIN_AFTER = timedelta(minutes=1)
log = get_logger("drafts")


@dataclass(frozen=True, slots=True)
class Sending:
    """What every way of sending a draft needs."""

    keyring: Keyring
    largest_alone: int


async def send_groups_draft(
    uow: UnitOfWork, sending: Sending, proof: GroupPass, draft_id: UUID, *, version: int, now: datetime
) -> Message:
    """Raises NothingHere, EditedMeanwhile, AlreadySent, and as `send_message` does."""
    need_officer(proof)
    author = Author(proof.person_id, proof.group_id, None)
    async with uow:
        if not await is_active_member(uow.session, proof.group_id, proof.person_id, proof.membership_version):
            raise NotCaughtUp
        drafts, found = await _held(uow, sending, author, draft_id, version)
        accepted = await accept_message(uow, sending.keyring, author, proof.office, found.written, now=now)
        await drafts.change(found.draft.ended(accepted.message.id))
    return accepted.message


async def send_staffs_draft(
    uow: UnitOfWork, sending: Sending, staff: Principal, draft_id: UUID, *, version: int, now: datetime
) -> Message:
    """What a second person approved goes whatever its size.

    Raises NothingHere, EditedMeanwhile, AlreadySent, and as `send_alert` does.
    """
    author = Author(staff.id, None, organisation_of(staff))
    async with uow:
        drafts, found = await _held(uow, sending, author, draft_id, version)
        accepted = await _accept_staffs(uow, sending, author, staff.role, staff.areas, found, now)
        await drafts.change(found.draft.ended(accepted.message.id))
    return accepted.message


async def send_scheduled(uow: UnitOfWork, hold: UnitOfWork, sending: Sending, now: datetime) -> bool:
    """Sends the one draft that is due the longest; whether there was one.

    In the name of who scheduled it, if they hold an office still, or their staff account. What may not be sent any
    more is `held`, in a transaction of its own (`hold`), and its owners see so. What fails for any other reason is
    tried again a minute later, so that it keeps no other waiting.
    """
    due: tuple[UUID, Author] | None = None
    try:
        async with uow:
            due = await take_due(uow.session, now)
            if due is not None:
                await _send_due(uow, sending, *due, now)
    except Exception as error:
        if due is None:
            raise
        is_final = isinstance(error, Refusal) and not isinstance(error, Unavailable)
        log.warning("scheduled_not_sent", draft_id=str(due[0]), error=error)
        await _put_off(hold, sending, *due, until=None if is_final else now + TRIED_AGAIN_AFTER)
    return due is not None


async def _send_due(uow: UnitOfWork, sending: Sending, draft_id: UUID, author: Author, now: datetime) -> None:
    drafts = Drafts(uow.session, sending.keyring, author)
    found = await drafts.get(draft_id)
    accepted = await _accept_scheduled(uow, sending, author, found, now)
    await drafts.change(found.draft.ended(accepted.message.id))


async def _put_off(
    uow: UnitOfWork, sending: Sending, draft_id: UUID, author: Author, *, until: datetime | None
) -> None:
    async with uow:
        drafts = Drafts(uow.session, sending.keyring, author)
        if until is not None:
            await drafts.postpone(draft_id, until)
            return
        draft = (await drafts.get(draft_id, hold=True)).draft
        if draft.state is DraftState.SCHEDULED:
            await drafts.change(draft.ended(None))


async def _accept_scheduled(
    uow: UnitOfWork, sending: Sending, author: Author, found: WrittenDraft, now: datetime
) -> Accepted:
    if author.group_id is not None:
        office = await office_of(uow.session, author.group_id, author.person_id)
        return await accept_message(uow, sending.keyring, author, office, found.written, now=now)
    role, areas = await staff_in_office(uow.session, author)
    return await _accept_staffs(uow, sending, author, role, areas, found, now)


async def _accept_staffs(
    uow: UnitOfWork,
    sending: Sending,
    author: Author,
    role: Role | None,
    areas: frozenset[str],
    found: WrittenDraft,
    now: datetime,
) -> Accepted:
    accepted = await accept_alert(uow, sending.keyring, author, role, areas, found.written, now=now)
    if not found.draft.is_approved:
        await sent_alone(uow, accepted, author, largest_alone=sending.largest_alone, now=now)
    return accepted


async def _held(
    uow: UnitOfWork, sending: Sending, author: Author, draft_id: UUID, version: int
) -> tuple[Drafts, WrittenDraft]:
    drafts = Drafts(uow.session, sending.keyring, author)
    found = await drafts.get(draft_id, hold=True)
    found.draft.need_open(version)
    return drafts, found
