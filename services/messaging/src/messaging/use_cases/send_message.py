"""An officer or a staff member sends a message, each as themselves (P23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.mail.message import safe_header

from messaging.domain.audience import Audience
from messaging.domain.errors import AttachmentNotReady, NotCaughtUp, SecondPersonNeeded, SendingPaused
from messaging.domain.message_types import MessageType
from messaging.domain.permissions import need_officer, organisation_of
from messaging.domain.senders import officer_label, staff_label
from messaging.domain.sends import SendKind
from messaging.keyring import Keyring
from messaging.storage.attachments import Attachments, Uploader
from messaging.storage.known import group_name, is_active_member, is_paused, organisation_name
from messaging.storage.messages import Message, Messages
from messaging.storage.sends import add_send, make_chunks
from messaging.use_cases.choose_audience import choose_for_group, choose_for_staff

OFFICERS_PRIORITY = 3


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be sent, and to whom. `priority` is 1 (urgent) to 5."""

    subject: str
    body: str
    type: MessageType
    audience: Audience
    attachment_ids: Sequence[UUID] = ()
    priority: int = OFFICERS_PRIORITY


async def send_message(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, written: Written, *, now: datetime
) -> Message:
    """Accepts a message to the group's own people: each will have it or be counted as failed (P28).

    Raises OnlyOfficers; NotCaughtUp until the sender's own membership has arrived here as the pass knows it, for who
    they act among may be as old (P18); SendingPaused (P4), ListOfAnotherGroup, NotYourAudience, AttachmentNotReady
    and UnsafeHeader.
    """
    need_officer(proof)
    async with uow:
        name = await group_name(uow.session, proof.group_id)
        known = await is_active_member(uow.session, proof.group_id, proof.person_id, proof.membership_version)
        if name is None or not known:
            raise NotCaughtUp
        if await is_paused(uow.session, proof.group_id, now):
            raise SendingPaused
        audience = await choose_for_group(uow.session, proof.group_id, written.audience)
        message = _message(written, officer_label(proof.office, name), now, group_id=proof.group_id)
        by = Uploader(proof.person_id, proof.group_id, None)
        await _accept(uow, keyring, message, by, audience, written.attachment_ids)
    return message._replace(body=None)


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
    `largest_alone` mailboxes (P26), AttachmentNotReady and UnsafeHeader.
    """
    organisation_id = organisation_of(staff)
    async with uow:
        name = await organisation_name(uow.session, organisation_id)
        if name is None or (group_id is not None and await group_name(uow.session, group_id) is None):
            raise NotCaughtUp
        audience = written.audience
        if group_id is None:
            audience = await choose_for_staff(uow.session, staff, organisation_id, audience)
        label = staff_label(staff.role, name)
        message = _message(written, label, now, group_id=group_id, organisation_id=organisation_id)
        by = Uploader(staff.id, group_id, organisation_id)
        if await _accept(uow, keyring, message, by, audience, written.attachment_ids) > largest_alone:
            raise SecondPersonNeeded
    return message._replace(body=None)


def _message(
    written: Written, sender: str, at: datetime, *, group_id: UUID | None, organisation_id: UUID | None = None
) -> Message:
    return Message(
        id=new_id(),
        group_id=group_id,
        organisation_id=organisation_id,
        sender=sender,
        type=written.type,
        priority=written.priority,
        subject=safe_header(written.subject),
        sent_at=at,
        body=written.body,
    )


async def _accept(
    uow: UnitOfWork,
    keyring: Keyring,
    message: Message,
    by: Uploader,
    audience: Audience,
    attachment_ids: Sequence[UUID],
) -> int:
    await Messages(uow.session, keyring).add(message, by.person_id)
    attached = list(dict.fromkeys(attachment_ids))
    if attached and not await Attachments(uow.session, keyring).send_with(message.id, attached, by):
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
    return (await make_chunks(uow, message.id, organisation_id=message.organisation_id)).mailboxes
