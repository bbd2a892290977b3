"""An officer puts members on a list, and takes members and contacts off it."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import NotAMember, NothingHere
from messaging.domain.permissions import need_officer
from messaging.storage.known import is_active_member
from messaging.storage.lists import Lists


async def put_list_member(uow: UnitOfWork, proof: GroupPass, list_id: UUID, person_id: UUID, now: datetime) -> None:
    """Repeating it changes nothing. Raises OnlyOfficers, NothingHere and NotAMember."""
    need_officer(proof)
    async with uow:
        lists = await _entered(uow, proof, list_id)
        if not await is_active_member(uow.session, proof.group_id, person_id):
            raise NotAMember
        await lists.put_member(list_id, person_id, now)


async def remove_list_member(uow: UnitOfWork, proof: GroupPass, list_id: UUID, person_id: UUID) -> None:
    """Also stops what is queued for them through this list (P25). Raises OnlyOfficers and NothingHere."""
    need_officer(proof)
    async with uow:
        lists = await _entered(uow, proof, list_id)
        if not await lists.remove_member(list_id, person_id):
            raise NothingHere


async def remove_contact(uow: UnitOfWork, proof: GroupPass, list_id: UUID, contact_id: UUID) -> None:
    """Forgets the contact; also stops what is queued for them (P25). Raises OnlyOfficers and NothingHere."""
    need_officer(proof)
    async with uow:
        lists = await _entered(uow, proof, list_id)
        if not await lists.remove_contact(list_id, contact_id):
            raise NothingHere


async def _entered(uow: UnitOfWork, proof: GroupPass, list_id: UUID) -> Lists:
    lists = Lists(uow.session, proof.group_id)
    if await lists.name(list_id) is None:
        raise NothingHere
    return lists
