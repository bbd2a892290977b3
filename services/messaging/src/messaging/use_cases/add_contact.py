"""An officer adds somebody outside to a list; they are on it once they have said yes."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.errors import ListFull, NothingHere
from messaging.domain.permissions import need_officer
from messaging.domain.sends import SendKind
from messaging.keyring import Keyring, mailbox
from messaging.storage.asked import may_be_asked
from messaging.storage.lists import Lists
from messaging.storage.sends import add_send, make_chunks


async def add_contact(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, list_id: UUID, *, email: str, name: str, now: datetime
) -> UUID:
    """The contact's id, the same for a mailbox that is on the list. Asks by mail, at most once an hour for a
    list and three times a day in all; the answer is the same.

    Raises OnlyOfficers, NothingHere and ListFull.
    """
    need_officer(proof)
    async with uow:
        lists = Lists(uow.session, proof.group_id)
        if not await lists.hold(list_id):
            raise NothingHere
        if not await lists.has_room(list_id):
            raise ListFull
        tag = keyring.mailbox_tag(email)
        contact_id, to_ask = await lists.put_contact(list_id, name, mailbox(email), tag, now)
        if to_ask and await may_be_asked(uow.session, tag):
            send_id = new_id()
            await add_send(
                uow,
                send_id=send_id,
                kind=SendKind.CONFIRMATION,
                group_id=proof.group_id,
                list_id=list_id,
                audience=Audience([Part(PartKind.CONTACT, ref=contact_id)]),
                now=now,
            )
            await make_chunks(uow, send_id, contact_id=contact_id)
    return contact_id
