"""Renames a folder, or moves it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.errors import NothingHere
from documents.domain.folder import need_place
from documents.domain.permissions import need_acting_officer
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind
from documents.use_cases.read_folders import ReadableFolder

Changes = Mapping[str, Any]  # `name`, a text, and `parent_id`, a UUID or None: each only where it is to change


async def change_folder(
    uow: UnitOfWork, keys: GroupKeys, actor: Principal, proof: GroupPass, folder_id: UUID, changes: Changes
) -> ReadableFolder:
    """The folder as it now is.

    Of two moves at once that together would make a circle, the later one is refused. Raises OnlyOfficers,
    SecondFactorNeeded, NothingHere for folder and parent, FolderInsideItself and FoldersTooDeep.
    """
    need_acting_officer(actor, proof, now())
    sealed = await keys.seal(folder_id, {TextKind.FOLDER: changes["name"]}) if "name" in changes else None
    async with uow:
        known = await (await Folders.enter_alone(uow.session, proof)).all()
        folder = known.get(folder_id)
        if folder is None:
            raise NothingHere
        if "parent_id" in changes and changes["parent_id"] != folder.parent_id:
            parent_id = changes["parent_id"]
            if parent_id is not None and parent_id not in known:
                raise NothingHere
            need_place({each.id: each.parent_id for each in known.values()}, folder_id, parent_id)
            folder.parent_id = parent_id
            folder.version += 1
        if sealed is not None:
            folder.sealed_name, folder.texts_epoch = sealed.sealed[TextKind.FOLDER], sealed.epoch
            folder.version += 1
    (name,) = [changes["name"]] if sealed is not None else await keys.open_folders([folder])
    return ReadableFolder(folder, name)
