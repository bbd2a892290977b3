"""Who left what with one click (P27)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import LeaveScope
from messaging.storage.tables import departures

UNDONE_WITHIN = timedelta(days=7)


class Departures:
    """All departures."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, scope: LeaveScope, scope_id: UUID, tag: bytes, now: datetime) -> None:
        """A second click changes nothing, also not since when."""
        row = {"scope": scope.value, "scope_id": scope_id, "tag": tag, "left_at": now}
        await self._session.execute(insert(departures).values(row).on_conflict_do_nothing())

    async def undo(self, scope: LeaveScope, scope_id: UUID, tag: bytes, now: datetime) -> None:
        """Undoes what was left within seven days."""
        await self._session.execute(
            delete(departures).where(
                departures.c.scope == scope.value,
                departures.c.scope_id == scope_id,
                departures.c.tag == tag,
                departures.c.left_at > now - UNDONE_WITHIN,
            )
        )
