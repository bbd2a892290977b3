"""Removes an empty folder."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_officer
from documents.storage.folders import Folders


async def delete_folder(uow: UnitOfWork, proof: GroupPass, folder_id: UUID) -> None:
    """What lies in the bin does not count as inside. Raises OnlyOfficers, NothingHere and FolderNotEmpty."""
    need_officer(proof)
    async with uow:
        await (await Folders.enter(uow.session, proof)).remove(folder_id)
