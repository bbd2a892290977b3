"""Removes what an account could show as a second factor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import authenticators, devices


async def remove_authenticator(session: AsyncSession, account_id: UUID) -> None:
    await session.execute(delete(authenticators).where(authenticators.c.account_id == account_id))


async def forget_devices(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """No device is known any more, so that each is a new one."""
    mine = update(devices).where(devices.c.account_id == account_id, devices.c.forgotten_at.is_(None))
    await session.execute(mine.values(forgotten_at=now, remembered=False))
