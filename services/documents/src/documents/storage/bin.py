"""The bin of a vault, for the officers of its group: for 30 days a document can be brought back (P22)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, null, select, update

from documents.domain.document import BIN_LIFE, Document
from documents.domain.errors import NoLongerInBin, NothingHere
from documents.storage.group_scope import OfOfficers
from documents.storage.tables import documents


class Bin(OfOfficers):
    """What lies in it longer than its 30 days is not there."""

    async def page(self, at: datetime, after: UUID | None, limit: int) -> Sequence[Document]:
        """The newest documents first, whenever they were put there."""
        asked = self._lying(at).order_by(documents.c.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(documents.c.id < after)
        return (await self._session.scalars(asked)).all()

    async def next_to_go(self, at: datetime, limit: int) -> Sequence[Document]:
        """Those that are destroyed next, the soonest first."""
        asked = self._lying(at).order_by(documents.c.deleted_at, documents.c.id).limit(limit)
        return (await self._session.scalars(asked)).all()

    async def restore(self, document_id: UUID, at: datetime) -> None:
        """Brings a document back, without a day of expiry that has come meanwhile.

        One statement decides, so that nothing comes back after its time. Raises NothingHere for what is not in the
        bin, and NoLongerInBin.
        """
        columns = documents.c
        this = columns.group_id == self._proof.group_id, columns.id == document_id, columns.deleted_at.is_not(None)
        restored = await self._session.execute(
            update(documents)
            .where(*this, columns.deleted_at > at - BIN_LIFE, columns.destroyed_at.is_(None))
            .values(
                deleted_at=None,
                deleted_by=None,
                expires_on=case((columns.expires_on > at.date(), columns.expires_on), else_=null()),
                version=columns.version + 1,
            )
            .returning(columns.id)
        )
        if restored.first() is None:
            if await self._session.scalar(select(columns.id).where(*this)) is None:
                raise NothingHere
            raise NoLongerInBin

    def _lying(self, at: datetime) -> Select[Document]:
        columns = documents.c
        return select(Document).where(
            columns.group_id == self._proof.group_id,
            columns.deleted_at > at - BIN_LIFE,
            columns.destroyed_at.is_(None),
        )
