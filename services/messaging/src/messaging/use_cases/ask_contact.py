"""Puts somebody outside on a list as waiting, and asks them whether they want that."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.sends import SendKind
from messaging.keyring import Keyring, mailbox
from messaging.storage.asked import may_be_asked
from messaging.storage.lists import Lists
from messaging.storage.sends import add_send, make_chunks


async def ask_contact(
    uow: UnitOfWork, keyring: Keyring, group_id: UUID, list_id: UUID, *, email: str, name: str, now: datetime
) -> UUID:
    """The contact's id, the same for a mailbox that is on the list. The list must be held, and have room.

    Asks by mail at most once an hour for a list and three times a day in all, and does not tell whether it did.
    """
    tag = keyring.mailbox_tag(email)
    lists = Lists(uow.session, group_id)
    contact_id, to_ask = await lists.put_contact(list_id, name, mailbox(email), tag, now)
    if to_ask and await may_be_asked(uow.session, tag):
        send_id = new_id()
        await add_send(
            uow,
            send_id=send_id,
            kind=SendKind.CONFIRMATION,
            group_id=group_id,
            list_id=list_id,
            audience=Audience([Part(PartKind.CONTACT, ref=contact_id)]),
            now=now,
        )
        await make_chunks(uow, send_id, contact_id=contact_id)
    return contact_id
