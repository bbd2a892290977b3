"""The ledger of documents: lines are added in the transaction of what they tell, and read by the group's officers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import NothingHere
from documents.domain.ledger import Act, LedgerLine
from documents.storage.group_scope import OfOfficers
from documents.storage.tables import document_ledger


async def write_line(
    session: AsyncSession,
    group_id: UUID,
    document_id: UUID,
    act: Act,
    at: datetime,
    *,
    person_id: UUID | None = None,
    version_id: UUID | None = None,
    release_id: UUID | None = None,
    recipient_ref: UUID | None = None,
) -> None:
    """Adds a line. The transaction has entered the group; there is no way to change or remove one."""
    await session.execute(
        insert(document_ledger).values(
            id=new_id(),
            group_id=group_id,
            document_id=document_id,
            act=act,
            at=at,
            person_id=person_id,
            version_id=version_id,
            release_id=release_id,
            recipient_ref=recipient_ref,
        )
    )


class Ledger(OfOfficers):
    """The ledger of a group's documents, for its officers alone."""

    async def page(self, document_id: UUID, after: UUID | None, limit: int) -> Sequence[LedgerLine]:
        """The newest first, also of what lies in the bin or is destroyed. NothingHere where there never was one."""
        columns = document_ledger.c
        of_document = select(LedgerLine).where(
            columns.group_id == self._proof.group_id, columns.document_id == document_id
        )
        asked = of_document.order_by(columns.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(columns.id < after)
        lines = (await self._session.scalars(asked)).all()
        if not lines and await self._session.scalar(of_document.limit(1)) is None:
            raise NothingHere
        return lines
