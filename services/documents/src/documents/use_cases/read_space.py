"""Reads how full a group's vault is."""

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_officer
from documents.storage.space import Space, space_of


async def read_space(uow: UnitOfWork, proof: GroupPass, usual_quota: int) -> Space:
    """For officers: two readings tell what came between them, also of what they alone may read (P20)."""
    need_officer(proof)
    async with uow:
        return await space_of(uow.session, proof.group_id, usual_quota)
