"""Removes an empty folder."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_acting_officer
from documents.storage.folders import Folders


async def delete_folder(uow: UnitOfWork, actor: Principal, proof: GroupPass, folder_id: UUID) -> None:
    """What lies in the bin does not count as inside.

    Raises OnlyOfficers, SecondFactorNeeded, NothingHere and FolderNotEmpty.
    """
    need_acting_officer(actor, proof, now())
    async with uow:
        await (await Folders.enter(uow.session, proof)).remove(folder_id)
