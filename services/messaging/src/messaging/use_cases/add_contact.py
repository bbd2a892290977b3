"""An officer adds somebody outside to a list; they are on it once they have said yes."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import ListFull, NothingHere
from messaging.domain.permissions import need_officer
from messaging.keyring import Keyring
from messaging.storage.lists import Lists
from messaging.use_cases.ask_contact import ask_contact


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
        if not await lists.room(list_id):
            raise ListFull
        return await ask_contact(uow, keyring, proof.group_id, list_id, email=email, name=name, now=now)
