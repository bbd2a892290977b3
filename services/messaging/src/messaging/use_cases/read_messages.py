"""Members read what their groups were sent; staff read what their own organisation sent (P5)."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from messaging.storage.messages import Figures, Message, Messages
from messaging.storage.tables import known_groups


@dataclass(frozen=True, slots=True)
class WholeMessage:
    """A message with all that belongs to it. `figures` is None for whom they are not."""

    message: Message
    attachments: Sequence[Attachment]
    figures: Figures | None


async def read_messages(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, *, after: UUID | None, limit: int
) -> list[Message]:
    async with uow:
        return await Messages(uow.session, keyring).of_groups(frozenset({proof.group_id}), after, limit)


async def read_message(uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID) -> WholeMessage:
    """Officers also see how the group's own sends stand; how an alert stands is its organisation's affair (P5)."""
    async with uow:
        messages = Messages(uow.session, keyring)
        message = await messages.get(message_id, proof.group_id)
        if message is None:
            raise NothingHere
        shown = proof.is_officer and message.organisation_id is None
        attached = await Attachments(uow.session, keyring).of_message(message_id)
        return WholeMessage(message, attached, await messages.figures(message_id) if shown else None)


async def read_alerts(
    uow: UnitOfWork, keyring: Keyring, staff: Principal, group_id: UUID, *, after: UUID | None, limit: int
) -> list[Message]:
    organisation_id = organisation_of(staff)
    async with uow:
        return await Messages(uow.session, keyring).of_organisation(organisation_id, group_id, after, limit)


async def read_alert(
    uow: UnitOfWork, keyring: Keyring, staff: Principal, group_id: UUID, message_id: UUID
) -> WholeMessage:
    """An alert of the session's own organisation; any other message is not there."""
    organisation_id = organisation_of(staff)
    async with uow:
        messages = Messages(uow.session, keyring)
        message = await messages.get(message_id, group_id)
        if message is None or message.organisation_id != organisation_id:
            raise NothingHere
        attached = await Attachments(uow.session, keyring).of_message(message_id)
        return WholeMessage(message, attached, await messages.figures(message_id))


async def read_attachment(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, message_id: UUID, attachment_id: UUID
) -> Attachment:
    """An attachment of a message to the group."""
    whole = await read_message(uow, keyring, proof, message_id)
    for attachment in whole.attachments:
        if attachment.id == attachment_id:
            return attachment
    raise NothingHere


@dataclass(frozen=True, slots=True)
class Received:
    message: Message
    group: str


async def read_inbox(
    uow: UnitOfWork, keyring: Keyring, proof: MembershipsPass, *, after: UUID | None, limit: int
) -> list[Received]:
    """The newest messages of all groups that the person belongs to now (P18), with or without a mailbox."""
    async with uow:
        found = await Messages(uow.session, keyring).of_groups(proof.group_ids, after, limit)
        query = select(known_groups.c.id, known_groups.c.name).where(known_groups.c.id.in_({m.group_id for m in found}))
        names = {row.id: row.name for row in await uow.session.execute(query)}
    return [Received(message, names.get(message.group_id, "")) for message in found]
