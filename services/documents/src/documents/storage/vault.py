"""A group's vault, as far as the holder of a pass may see it. There is no way in without a pass (P19, P20)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true, update

from documents.domain.document import Document, Readers, Version
from documents.domain.errors import NothingHere
from documents.storage import tables
from documents.storage.group_scope import OfGroup
from documents.storage.space import open_vault


class Vault(OfGroup):
    """What is in the bin, and what the holder may not read, is not there: NothingHere."""

    async def add(self, document: Document) -> None:
        await open_vault(self._session, document.group_id)
        self._session.add(document)

    def add_version(self, version: Version) -> None:
        self._session.add(version)

    async def document(self, document_id: UUID, *, to_change: bool = False) -> Document:
        """One document. `to_change` holds its row until the transaction ends."""
        asked = self._visible().where(tables.documents.c.id == document_id)
        found = await self._session.scalar(asked.with_for_update() if to_change else asked)
        if found is None:
            raise NothingHere
        return found

    async def documents(
        self, after: UUID | None, limit: int, *, folder_id: UUID | None = None, pinned: bool | None = None
    ) -> Sequence[Document]:
        """The newest first, those that are older than `after`; of one folder, or pinned ones, where asked for."""
        columns = tables.documents.c
        asked = self._visible().order_by(columns.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(columns.id < after)
        if folder_id is not None:
            asked = asked.where(columns.folder_id == folder_id)
        if pinned is not None:
            asked = asked.where(columns.pinned_at.is_not(None) if pinned else columns.pinned_at.is_(None))
        return (await self._session.scalars(asked)).all()

    async def leaving_by(self, day: date, limit: int) -> Sequence[Document]:
        """What goes into the bin by itself on this day or before, the soonest first."""
        columns = tables.documents.c
        # GREATEST passes over what is NULL.
        leaves_on = func.greatest(columns.expires_on, columns.keep_until)
        asked = self._visible().where(columns.expires_on <= day, leaves_on <= day)
        return (await self._session.scalars(asked.order_by(leaves_on, columns.id).limit(limit))).all()

    async def version(self, document_id: UUID, version_id: UUID) -> Version:
        """One version, ready or not, of a document that may be read."""
        await self.document(document_id)
        columns = tables.versions.c
        found = await self._session.scalar(
            select(Version).where(
                columns.group_id == self._proof.group_id,
                columns.document_id == document_id,
                columns.id == version_id,
            )
        )
        if found is None:
            raise NothingHere
        return found

    async def ready_versions(self, documents: Sequence[Document]) -> dict[UUID, list[Version]]:
        """The versions of these documents that are there, the newest first, by document."""
        columns = tables.versions.c
        found = await self._session.scalars(
            select(Version)
            .where(
                columns.group_id == self._proof.group_id,
                columns.document_id.in_([document.id for document in documents]),
                columns.ready_at.is_not(None),
            )
            .order_by(columns.id.desc())
        )
        of: dict[UUID, list[Version]] = {document.id: [] for document in documents}
        for version in found:
            of[version.document_id].append(version)
        return of

    async def make_ready(self, version: Version, object_key: str, at: datetime) -> bool:
        """Gives the version its content, if it has none yet. One statement decides among many (P22)."""
        columns = tables.versions.c
        made = await self._session.execute(
            update(tables.versions)
            .where(columns.group_id == self._proof.group_id, columns.id == version.id, columns.ready_at.is_(None))
            .values(object_key=object_key, ready_at=at)
            .returning(columns.id)
        )
        return made.first() is not None

    def _visible(self) -> Select[Document]:
        columns = tables.documents.c
        return select(Document).where(
            columns.group_id == self._proof.group_id, columns.deleted_at.is_(None), self._readable()
        )

    def _readable(self) -> ColumnElement[bool]:
        return true() if self._proof.is_officer else tables.documents.c.readers == Readers.MEMBERS
