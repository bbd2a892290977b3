"""Recovery codes: kept as keyed digests, used once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import recovery_codes


class RecoveryCodes:
    """The recovery codes of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def replace(self, account_id: UUID, digests: Sequence[bytes]) -> None:
        """Keeps these and makes all earlier ones worthless."""
        await self.remove_all(account_id)
        await self._session.execute(
            insert(recovery_codes), [{"digest": digest, "account_id": account_id} for digest in digests]
        )

    async def use(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        """Uses a code up; False when there is no such or it was used. One statement: of a race, one wins."""
        column = recovery_codes.c
        used = await self._session.execute(
            update(recovery_codes)
            .where(column.account_id == account_id, column.digest == digest, column.used_at.is_(None))
            .values(used_at=now)
            .returning(column.digest)
        )
        return used.first() is not None

    async def count_left(self, account_id: UUID) -> int:
        column = recovery_codes.c
        chosen = select(func.count()).where(column.account_id == account_id, column.used_at.is_(None))
        return await self._session.scalar(chosen) or 0

    async def remove_all(self, account_id: UUID) -> None:
        await self._session.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
