"""Ends all sessions of an account at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import sessions


async def hold_sessions(session: AsyncSession, account_id: UUID) -> None:
    """Locks the account's open sessions, to be called before the account is locked: whoever locks both does so."""
    mine = select(sessions.c.id).where(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None))
    await session.execute(mine.order_by(sessions.c.id).with_for_update())


async def end_all_sessions(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """Ends them, on every plane, and lets them forget their device. The gateway hears of it at its next poll."""
    ended_at = func.coalesce(sessions.c.ended_at, now)
    mine = update(sessions).where(sessions.c.account_id == account_id)
    await session.execute(mine.values(ended_at=ended_at, device_id=None))
