"""Reads how full a group's vault is."""

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.storage.space import Space, space_of


async def read_space(uow: UnitOfWork, proof: GroupPass, usual_quota: int) -> Space:
    """The vault's total, for every member: it says nothing of any one document (P20)."""
    async with uow:
        return await space_of(uow.session, proof.group_id, usual_quota)
