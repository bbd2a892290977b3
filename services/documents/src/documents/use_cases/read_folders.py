"""Reads the folders of a vault, with their names."""

from dataclasses import dataclass

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.folder import Folder
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys


@dataclass(frozen=True, slots=True)
class ReadableFolder:
    """A folder with its name, None where that is damaged."""

    folder: Folder
    name: str | None


async def list_folders(uow: UnitOfWork, keys: GroupKeys, proof: GroupPass) -> list[ReadableFolder]:
    """All that the holder of the pass may see, the oldest first: officers all, others what leads to something (P20)."""
    async with uow:
        folders = await (await Folders.enter(uow.session, proof)).visible()
    names = await keys.open_folders(folders)
    return [ReadableFolder(folder, name) for folder, name in zip(folders, names, strict=True)]
