"""The folders of a vault, as far as the holder of a pass may see them."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from shared.auth.passes import GroupPass
from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.document import Readers
from documents.domain.errors import FolderNotEmpty, NothingHere
from documents.domain.folder import Folder, leading_to
from documents.storage.group_scope import OfGroup, enter_group
from documents.storage.space import hold_vault
from documents.storage.tables import documents, folders


class Folders(OfGroup):
    """Officers see all. Others see those that hold, themselves or below, something that they may read (P20).

    So nothing that they may not read makes a folder come or go.
    """

    @classmethod
    async def enter_alone(cls, session: AsyncSession, proof: GroupPass) -> Self:
        """As `enter`, while nobody else changes the folders of this vault."""
        await enter_group(session, proof.group_id)
        await hold_vault(session, proof.group_id)
        return cls(session, proof)

    def add(self, folder: Folder) -> None:
        self._session.add(folder)

    async def all(self) -> dict[UUID, Folder]:
        """Every folder of the group, the oldest first: for whoever changes them, not for being shown."""
        asked = select(Folder).where(folders.c.group_id == self._proof.group_id).order_by(folders.c.id)
        return {folder.id: folder for folder in await self._session.scalars(asked)}

    async def visible(self) -> Sequence[Folder]:
        """What may be shown, the oldest first."""
        found = await self.all()
        if self._proof.is_officer:
            return list(found.values())
        columns = documents.c
        holding = await self._session.scalars(
            select(columns.folder_id)
            .distinct()
            .where(
                columns.group_id == self._proof.group_id,
                columns.folder_id.is_not(None),
                columns.deleted_at.is_(None),
                columns.readers == Readers.MEMBERS,
            )
        )
        tree = {folder.id: folder.parent_id for folder in found.values()}
        shown = leading_to(tree, [each for each in holding if each is not None])
        return [folder for folder in found.values() if folder.id in shown]

    async def keep(self, folder_id: UUID) -> None:
        """Nobody removes this folder until the transaction ends. Raises NothingHere.

        Asked before a document's row is held, so that two transactions never wait for each other.
        """
        asked = select(folders.c.id).where(folders.c.group_id == self._proof.group_id, folders.c.id == folder_id)
        if await self._session.scalar(asked.with_for_update(read=True, key_share=True)) is None:
            raise NothingHere

    async def remove(self, folder_id: UUID) -> None:
        """Removes an empty folder; what lies in the bin is then at the top. NothingHere, FolderNotEmpty."""
        group_id = self._proof.group_id
        inside = documents.c.group_id == group_id, documents.c.folder_id == folder_id
        in_bin = *inside, documents.c.deleted_at.is_not(None)
        # None of them comes back meanwhile. Held before their vault, as by whoever destroys them: else two could wait
        # for each other.
        await self._session.execute(select(documents.c.id).where(*in_bin).with_for_update())
        await hold_vault(self._session, group_id)
        this = (folders.c.group_id == group_id, folders.c.id == folder_id)
        if await self._session.scalar(select(folders.c.id).where(*this).with_for_update()) is None:
            raise NothingHere
        holds = exists().where(*inside, documents.c.deleted_at.is_(None))
        has_folders = exists().where(folders.c.group_id == group_id, folders.c.parent_id == folder_id)
        if await self._session.scalar(select(holds | has_folders)):
            raise FolderNotEmpty
        await self._session.execute(update(documents).where(*in_bin).values(folder_id=None))
        await self._session.execute(delete(folders).where(*this))
