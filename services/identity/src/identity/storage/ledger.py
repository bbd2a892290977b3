"""The ledgers of accounts. Lines are added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.ledger import LedgerEntry, LedgerKind
from identity.storage import tables


class Ledger:
    """What happened to accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def write(self, account_id: UUID, kind: LedgerKind, now: datetime, **details: str) -> None:
        """Adds a line, in the transaction of what it tells."""
        self._session.add(LedgerEntry(new_id(), account_id, now, kind, details))

    async def page(self, account_id: UUID, *, after: UUID | None, most: int) -> Sequence[LedgerEntry]:
        """Lines of one account, newest first, older than `after`."""
        column = tables.ledger.c
        chosen = select(LedgerEntry).where(column.account_id == account_id).order_by(column.id.desc()).limit(most)
        if after is not None:
            chosen = chosen.where(column.id < after)
        return (await self._session.scalars(chosen)).all()
