"""A group's vault, as far as the holder of a pass may see it. There is no way in without a pass (P19, P20)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true, update
from sqlalchemy.dialects.postgresql import distinct_on

from documents.domain.document import Document, Readers, SealedWords, Version
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

    async def words(self, after: UUID | None, limit: int) -> list[SealedWords]:
        """What a search opens of the newest documents, of those that are older than `after`."""
        columns = tables.documents.c
        asked = select(columns.id, columns.texts_epoch, columns.sealed_name, columns.sealed_tags).where(*self._seen())
        if after is not None:
            asked = asked.where(columns.id < after)
        found = await self._session.execute(asked.order_by(columns.id.desc()).limit(limit))
        return [SealedWords(*row) for row in found]

    async def named(self, document_ids: Collection[UUID]) -> Sequence[Document]:
        """Those of these that are there, the newest first."""
        columns = tables.documents.c
        asked = self._visible().where(columns.id.in_(document_ids)).order_by(columns.id.desc())
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

    async def ready_versions(self, document_id: UUID) -> list[Version]:
        """The versions of one document that are there, the newest first."""
        asked = self._ready([document_id]).order_by(tables.versions.c.id.desc())
        return list(await self._session.scalars(asked))

    async def newest_versions(self, documents: Sequence[Document]) -> dict[UUID, Version]:
        """The newest version that is there of each of these documents, by document."""
        columns = tables.versions.c
        asked = self._ready([document.id for document in documents]).order_by(columns.document_id, columns.id.desc())
        found = await self._session.scalars(asked.ext(distinct_on(columns.document_id)))
        return {version.document_id: version for version in found}

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

    def _ready(self, document_ids: Sequence[UUID]) -> Select[Version]:
        columns = tables.versions.c
        return select(Version).where(
            columns.group_id == self._proof.group_id,
            columns.document_id.in_(document_ids),
            columns.ready_at.is_not(None),
        )

    def _visible(self) -> Select[Document]:
        return select(Document).where(*self._seen())

    def _seen(self) -> tuple[ColumnElement[bool], ...]:
        columns = tables.documents.c
        return columns.group_id == self._proof.group_id, columns.deleted_at.is_(None), self._readable()

    def _readable(self) -> ColumnElement[bool]:
        return true() if self._proof.is_officer else tables.documents.c.readers == Readers.MEMBERS
