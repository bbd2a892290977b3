"""An officer or a staff member sends a message to a group's members, each as themselves (P23)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.mail.message import safe_header

from messaging.domain.audience import Audience, members_of
from messaging.domain.errors import AttachmentNotReady, NotCaughtUp, SecondPersonNeeded, SendingPaused
from messaging.domain.permissions import need_officer, organisation_of
from messaging.domain.senders import officer_label, staff_label
from messaging.domain.sends import SendKind
from messaging.keyring import Keyring
from messaging.storage.attachments import Attachments, Uploader
from messaging.storage.known import group_name, is_active_member, is_paused, organisation_name
from messaging.storage.messages import Message, Messages
from messaging.storage.sends import add_send, make_chunks

OFFICERS_PRIORITY = 3


async def send_message(
    uow: UnitOfWork,
    keyring: Keyring,
    proof: GroupPass,
    *,
    subject: str,
    body: str,
    attachment_ids: Sequence[UUID],
    now: datetime,
) -> Message:
    """Accepts a message to the members: when it is answered, each will have it or be counted as failed (P28).

    Raises OnlyOfficers; NotCaughtUp until the sender's own membership has arrived here as the pass knows it, for who
    they act among may be as old (P18); SendingPaused (P4), AttachmentNotReady and UnsafeHeader.
    """
    need_officer(proof)
    async with uow:
        name = await group_name(uow.session, proof.group_id)
        known = await is_active_member(uow.session, proof.group_id, proof.person_id, proof.membership_version)
        if name is None or not known:
            raise NotCaughtUp
        if await is_paused(uow.session, proof.group_id, now):
            raise SendingPaused
        message = Message(
            id=new_id(),
            group_id=proof.group_id,
            organisation_id=None,
            sender=officer_label(proof.office, name),
            priority=OFFICERS_PRIORITY,
            subject=safe_header(subject),
            sent_at=now,
            body=body,
        )
        await _accept(uow, keyring, message, Uploader(proof.person_id, proof.group_id, None), attachment_ids)
    return message._replace(body=None)


async def send_alert(
    uow: UnitOfWork,
    keyring: Keyring,
    staff: Principal,
    group_id: UUID,
    *,
    subject: str,
    body: str,
    priority: int,
    attachment_ids: Sequence[UUID],
    largest_alone: int,
    now: datetime,
) -> Message:
    """Accepts an alert to the members, from the organisation; the staff member is on record and never shown.

    Raises NotCaughtUp until group and organisation are known here, SecondPersonNeeded above `largest_alone`
    mailboxes (P26), AttachmentNotReady and UnsafeHeader.
    """
    organisation_id = organisation_of(staff)
    async with uow:
        name = await organisation_name(uow.session, organisation_id)
        if name is None or await group_name(uow.session, group_id) is None:
            raise NotCaughtUp
        message = Message(
            id=new_id(),
            group_id=group_id,
            organisation_id=organisation_id,
            sender=staff_label(staff.role, name),
            priority=priority,
            subject=safe_header(subject),
            sent_at=now,
            body=body,
        )
        by = Uploader(staff.id, group_id, organisation_id)
        if await _accept(uow, keyring, message, by, attachment_ids) > largest_alone:
            raise SecondPersonNeeded
    return message._replace(body=None)


async def _accept(
    uow: UnitOfWork, keyring: Keyring, message: Message, by: Uploader, attachment_ids: Sequence[UUID]
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
        audience=Audience([members_of(message.group_id)]),
        now=message.sent_at,
    )
    return (await make_chunks(uow, message.id, organisation_id=message.organisation_id)).mailboxes
