"""Delays of looks, by group and organisation."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchDelay
from groups.domain.look_delays import LookDelay
from groups.storage.tables import look_delays

MOST_SHOWN = 50


class LookDelays:
    """What one organisation has delayed at one group, in one transaction."""

    def __init__(self, session: AsyncSession, group_id: UUID, organisation_id: UUID) -> None:
        self._session = session
        self._theirs = (look_delays.c.group_id == group_id) & (look_delays.c.organisation_id == organisation_id)

    def add(self, delay: LookDelay) -> None:
        self._session.add(delay)

    async def get(self, delay_id: UUID) -> LookDelay:
        """Locked. NoSuchDelay, also for another organisation's (P5)."""
        query = select(LookDelay).where(self._theirs, look_delays.c.id == delay_id).with_for_update()
        found: LookDelay | None = await self._session.scalar(query)
        if found is None:
            raise NoSuchDelay
        return found

    async def list_all(self) -> Sequence[LookDelay]:
        """The last fifty, the latest first."""
        query = select(LookDelay).where(self._theirs).order_by(look_delays.c.id.desc()).limit(MOST_SHOWN)
        return (await self._session.scalars(query)).all()

    async def shown_at(self, looked_at: datetime) -> datetime:
        """When a look of this moment shows to the group: at once, unless two people agreed to delay it."""
        query = select(func.max(look_delays.c.until)).where(self._theirs, look_delays.c.agreed_at <= looked_at)
        until = await self._session.scalar(query)
        return looked_at if until is None else max(looked_at, datetime.combine(until, time(), UTC))
