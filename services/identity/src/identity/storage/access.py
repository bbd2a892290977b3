"""Everything that lets an account in, ended at once: sessions, links, known devices."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import devices, links, sessions


class Access:
    """The ways in to one account."""

    def __init__(self, session: AsyncSession, account_id: UUID) -> None:
        self._session = session
        self._account_id = account_id

    async def lock_sessions(self) -> None:
        """Waits for whoever goes on with a session now. Before the account's own lock, as everywhere."""
        column = sessions.c
        chosen = select(column.id).where(column.account_id == self._account_id, column.ended_at.is_(None))
        await self._session.execute(chosen.order_by(column.id).with_for_update())

    async def end_sessions(self, now: datetime, *, plane: Plane | None = None) -> None:
        """Ends all open sessions, or those of one plane; the gateway hears of it at its next poll."""
        column = sessions.c
        chosen = update(sessions).where(column.account_id == self._account_id, column.ended_at.is_(None))
        if plane is not None:
            chosen = chosen.where(column.plane == plane)
        await self._session.execute(chosen.values(ended_at=now))

    async def shut(self, now: datetime) -> None:
        """Ends all sessions, makes all links worthless and forgets all devices."""
        await self.end_sessions(now)
        await self._session.execute(delete(links).where(links.c.account_id == self._account_id))
        known = update(devices).where(devices.c.account_id == self._account_id, devices.c.forgotten_at.is_(None))
        await self._session.execute(known.values(forgotten_at=now))
