"""Members read what their groups were sent; staff read what their own organisation sent (P5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from shared.auth.memberships import MembershipsPass
from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from messaging.domain.errors import NothingHere
from messaging.domain.permissions import organisation_of
from messaging.keyring import Keyring
from messaging.storage.attachments import Attachment, Attachments
from messaging.storage.known import organisation_name
from messaging.storage.messages import Figures, Message, Messages
from messaging.storage.tables import known_groups
from messaging.storage.visibility import Reader, VisibleMessages
from messaging.storage.why import why_it_came


@dataclass(frozen=True, slots=True)
class WholeMessage:
    """A message with all that belongs to it. `figures` is None for whom they are not; `why` it came, for members."""

    message: Message
    attachments: Sequence[Attachment]
    figures: Figures | None
    why: str | None = None


async def read_messages(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, *, after: UUID | None, limit: int
) -> list[Message]:
    """What was sent to the member in this group; to officers also what the group sent to others of its own."""
    async with uow:
        return await _visible(uow, keyring, _in_group(proof)).page(after, limit)


async def read_message(uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID) -> WholeMessage:
    """Officers also see how the group's own sends stand; how an alert stands is its organisation's affair (P5)."""
    async with uow:
        visible = _visible(uow, keyring, _in_group(proof))
        message = await visible.get(message_id)
        if message is None:
            raise NothingHere
        is_own = message.organisation_id is None and message.group_id == proof.group_id
        whole = await _whole(uow, keyring, message, with_figures=proof.is_officer and is_own)
        return replace(whole, why=await _why(uow, visible, message))


async def read_alerts(
    uow: UnitOfWork, keyring: Keyring, staff: Principal, group_id: UUID | None, *, after: UUID | None, limit: int
) -> list[Message]:
    """What the session's own organisation sent, to this group alone or in all."""
    organisation_id = organisation_of(staff)
    async with uow:
        return await Messages(uow.session, keyring).of_organisation(organisation_id, group_id, after, limit)


async def read_alert(
    uow: UnitOfWork, keyring: Keyring, staff: Principal, group_id: UUID | None, message_id: UUID
) -> WholeMessage:
    """An alert of the session's own organisation, to this group where one is named; any other is not there."""
    organisation_id = organisation_of(staff)
    async with uow:
        message = await Messages(uow.session, keyring).get(message_id)
        if message is None or message.organisation_id != organisation_id:
            raise NothingHere
        if group_id is not None and message.group_id != group_id:
            raise NothingHere
        return await _whole(uow, keyring, message, with_figures=True)


async def read_attachment(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID, attachment_id: UUID
) -> Attachment:
    """An attachment of a message to the group."""
    return _attachment(await read_message(uow, keyring, proof, message_id), attachment_id)


@dataclass(frozen=True, slots=True)
class Received:
    """`group` is None for an alert to more than one group, or to an area."""

    message: Message
    group: str | None


async def read_inbox(
    uow: UnitOfWork, keyring: Keyring, proof: MembershipsPass, *, after: UUID | None, limit: int
) -> list[Received]:
    """The newest messages to the groups that the person belongs to now (P18), and to where they live.

    With or without a mailbox, and whatever they chose to be mailed.
    """
    async with uow:
        found = await _visible(uow, keyring, _anywhere(proof)).page(after, limit)
        query = select(known_groups.c.id, known_groups.c.name).where(known_groups.c.id.in_({m.group_id for m in found}))
        names = {row.id: row.name for row in await uow.session.execute(query)}
    return [Received(message, names.get(message.group_id)) for message in found]


async def read_inbox_message(
    uow: UnitOfWork, keyring: Keyring, proof: MembershipsPass, message_id: UUID
) -> WholeMessage:
    """Any message of the person's inbox. Raises NothingHere."""
    async with uow:
        visible = _visible(uow, keyring, _anywhere(proof))
        message = await visible.get(message_id)
        if message is None:
            raise NothingHere
        whole = await _whole(uow, keyring, message, with_figures=False)
        return replace(whole, why=await _why(uow, visible, message))


async def read_inbox_attachment(
    uow: UnitOfWork, keyring: Keyring, proof: MembershipsPass, message_id: UUID, attachment_id: UUID
) -> Attachment:
    """An attachment of a message of the person's inbox."""
    return _attachment(await read_inbox_message(uow, keyring, proof, message_id), attachment_id)


def _visible(uow: UnitOfWork, keyring: Keyring, reader: Reader) -> VisibleMessages:
    return VisibleMessages(uow.session, Messages(uow.session, keyring), reader)


def _in_group(proof: GroupPass) -> Reader:
    officer_of = proof.group_id if proof.is_officer else None
    return Reader(proof.person_id, frozenset({proof.group_id}), officer_of)


def _anywhere(proof: MembershipsPass) -> Reader:
    return Reader(proof.person_id, proof.group_ids, everywhere=True)


async def _whole(uow: UnitOfWork, keyring: Keyring, message: Message, *, with_figures: bool) -> WholeMessage:
    attached = await Attachments(uow.session, keyring).of_message(message.id)
    figures = await Messages(uow.session, keyring).figures(message.id) if with_figures else None
    return WholeMessage(message, attached, figures)


async def _why(uow: UnitOfWork, visible: VisibleMessages, message: Message) -> str:
    team = await organisation_name(uow.session, message.organisation_id) if message.organisation_id else None
    return await why_it_came(uow.session, message.id, await visible.place(message.id), team)


def _attachment(whole: WholeMessage, attachment_id: UUID) -> Attachment:
    for attachment in whole.attachments:
        if attachment.id == attachment_id:
            return attachment
    raise NothingHere
