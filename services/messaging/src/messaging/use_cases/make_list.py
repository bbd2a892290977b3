"""An officer makes a mailing list."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from messaging.domain.errors import NameTaken
from messaging.domain.permissions import need_officer
from messaging.storage.lists import Lists


async def make_list(uow: UnitOfWork, proof: GroupPass, name: str, now: datetime) -> UUID:
    """The id of the new list; NameTaken where the group has one of that name."""
    need_officer(proof)
    list_id = new_id()
    async with uow:
        if not await Lists(uow.session, proof.group_id).make(list_id, name, proof.person_id, now):
            raise NameTaken
    return list_id
