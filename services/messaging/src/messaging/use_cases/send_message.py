"""An officer or a staff member sends a message, each as themselves (P23)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.mail.message import safe_header

from messaging.domain.audience import Audience
from messaging.domain.authors import Author
from messaging.domain.drafts import REVIEWED_WITHIN
from messaging.domain.errors import (
    AttachmentNotReady,
    GroupClosed,
    NotCaughtUp,
    NotOnThisPlane,
    NotYourAudience,
    SecondPersonNeeded,
    SendingPaused,
)
from messaging.domain.message_types import URGENT
from messaging.domain.permissions import need_officer, organisation_of
from messaging.domain.senders import officer_label, staff_label
from messaging.domain.sends import SendKind
from messaging.domain.written import Written
from messaging.keyring import Keyring
from messaging.storage.attachments import Attachments
from messaging.storage.known import group_name, is_active_member, is_open, is_paused, organisation_name
from messaging.storage.messages import Message, Messages
from messaging.storage.reviews import ask_for_review
from messaging.storage.sends import add_send, make_chunks
from messaging.use_cases.choose_audience import choose_for_group, choose_for_staff


class Accepted(NamedTuple):
    """A message that was accepted, and how many mailboxes it goes to."""

    message: Message
    mailboxes: int


async def send_message(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, written: Written, *, now: datetime
) -> Message:
    """Accepts a message to the group's own people: each will have it or be counted as failed (P28).

    Raises OnlyOfficers; NotCaughtUp until the sender's own membership has arrived here as the pass knows it, for who
    they act among may be as old (P18); SendingPaused (P4), ListOfAnotherGroup, NotYourAudience, NotFinished,
    AttachmentNotReady and UnsafeHeader.
    """
    need_officer(proof)
    async with uow:
        if not await is_active_member(uow.session, proof.group_id, proof.person_id, proof.membership_version):
            raise NotCaughtUp
        author = Author(proof.person_id, proof.group_id, None)
        return (await accept_message(uow, keyring, author, proof.office, written, now=now)).message


async def accept_message(
    uow: UnitOfWork, keyring: Keyring, author: Author, office: str | None, written: Written, *, now: datetime
) -> Accepted:
    """Inside an open transaction: accepts what an officer of the author's group sends. Raises as `send_message`."""
    if author.group_id is None:
        raise NotYourAudience
    name = await group_name(uow.session, author.group_id)
    if name is None:
        raise NotCaughtUp
    if not await is_open(uow.session, author.group_id):
        raise GroupClosed
    if await is_paused(uow.session, author.group_id, now):
        raise SendingPaused
    audience = await choose_for_group(uow.session, author.group_id, written.audience)
    return await _accept(uow, keyring, author, officer_label(office, name), written, audience, now)


async def send_alert(
    uow: UnitOfWork,
    keyring: Keyring,
    staff: Principal,
    group_id: UUID | None,
    written: Written,
    *,
    largest_alone: int,
    now: datetime,
) -> Message:
    """Accepts an alert from the organisation; the staff member is on record and never shown.

    With `group_id` it is to that group, which a jurisdiction pass has proved to lie in the session's areas. Raises
    NotCaughtUp until the organisation is known here, NotYourAudience, OutsideYourAreas (P5), SecondPersonNeeded above
    `largest_alone` mailboxes where it is not urgent (P26), NotFinished, AttachmentNotReady and UnsafeHeader.
    """
    author = Author(staff.id, group_id, organisation_of(staff))
    async with uow:
        accepted = await accept_alert(uow, keyring, author, staff.role, staff.areas, written, now=now)
        await sent_alone(uow, accepted, author, largest_alone=largest_alone, now=now)
    return accepted.message


async def accept_alert(
    uow: UnitOfWork,
    keyring: Keyring,
    author: Author,
    role: Role | None,
    areas: frozenset[str],
    written: Written,
    *,
    now: datetime,
) -> Accepted:
    """Inside an open transaction: accepts what somebody with these areas sends for the author's organisation."""
    if author.organisation_id is None:
        raise NotOnThisPlane
    name = await organisation_name(uow.session, author.organisation_id)
    if name is None or (author.group_id is not None and await group_name(uow.session, author.group_id) is None):
        raise NotCaughtUp
    audience = written.audience
    if author.group_id is None:
        audience = await choose_for_staff(uow.session, areas, author.organisation_id, audience)
    return await _accept(uow, keyring, author, staff_label(role, name), written, audience, now)


async def sent_alone(uow: UnitOfWork, accepted: Accepted, author: Author, *, largest_alone: int, now: datetime) -> None:
    """P26: what one person sent with nobody's approval. An urgent alert is to be reviewed within 24 hours.

    Raises SecondPersonNeeded above `largest_alone` mailboxes for any other.
    """
    if accepted.mailboxes <= largest_alone:
        return
    if accepted.message.priority > URGENT or author.organisation_id is None:
        raise SecondPersonNeeded
    await ask_for_review(
        uow.session, accepted.message.id, author.organisation_id, author.person_id, now + REVIEWED_WITHIN
    )


async def _accept(
    uow: UnitOfWork,
    keyring: Keyring,
    author: Author,
    sender: str,
    written: Written,
    audience: Audience,
    at: datetime,
) -> Accepted:
    written.need_finished()
    message = Message(
        id=new_id(),
        group_id=author.group_id,
        organisation_id=author.organisation_id,
        sender=sender,
        type=written.type,
        priority=written.priority,
        subject=safe_header(written.subject),
        sent_at=at,
        body=written.body,
    )
    await Messages(uow.session, keyring).add(message, author.person_id)
    attached = list(dict.fromkeys(written.attachment_ids))
    if attached and not await Attachments(uow.session, keyring).send_with(message.id, attached, author):
        raise AttachmentNotReady
    await add_send(
        uow,
        send_id=message.id,
        kind=SendKind.ALERT if message.organisation_id else SendKind.MESSAGE,
        group_id=message.group_id,
        message_id=message.id,
        organisation_id=message.organisation_id,
        list_id=audience.only_list,
        audience=audience,
        type=message.type,
        priority=message.priority,
        now=message.sent_at,
    )
    chunks = await make_chunks(uow, message.id, organisation_id=message.organisation_id)
    return Accepted(message._replace(body=None), chunks.mailboxes)
