"""Adds a folder to a group's vault."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from documents.domain.errors import NothingHere, TooManyFolders
from documents.domain.folder import MOST_FOLDERS, Folder, need_place
from documents.domain.permissions import need_acting_officer
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind


async def add_folder(
    uow: UnitOfWork, keys: GroupKeys, actor: Principal, proof: GroupPass, *, name: str, parent_id: UUID | None
) -> Folder:
    """The new, empty folder.

    Raises OnlyOfficers, SecondFactorNeeded, NothingHere for the parent, FoldersTooDeep and TooManyFolders.
    """
    need_acting_officer(actor, proof, now())
    folder_id = new_id()
    sealed = await keys.seal(folder_id, {TextKind.FOLDER: name})
    folder = Folder(
        id=folder_id,
        group_id=proof.group_id,
        parent_id=parent_id,
        sealed_name=sealed.sealed[TextKind.FOLDER],
        texts_epoch=sealed.epoch,
        created_by=actor.id,
        created_at=now(),
    )
    async with uow:
        folders = await Folders.enter_alone(uow.session, proof)
        known = await folders.all()
        if parent_id is not None and parent_id not in known:
            raise NothingHere
        if len(known) >= MOST_FOLDERS:
            raise TooManyFolders
        need_place({each.id: each.parent_id for each in known.values()}, folder_id, parent_id)
        folders.add(folder)
    return folder
