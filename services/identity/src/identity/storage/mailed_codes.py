"""The newest code that was mailed to each account: ten minutes, five tries, used once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import mailed_codes

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
# Whoever asks again sooner gets no second mail: the first is on its way.
ASKED_AGAIN_AFTER = timedelta(minutes=1)


class MailedCodes:
    """One row for each account that ever asked."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ask(self, account_id: UUID, now: datetime) -> bool:
        """Whether a new code is to be mailed; an earlier one is worth nothing then. One statement."""
        column = mailed_codes.c
        fresh = {"asked_at": now, "digest": None, "made_at": None, "used_at": None, "tries": 0}
        asked = await self._session.execute(
            insert(mailed_codes)
            .values(account_id=account_id, **fresh)
            .on_conflict_do_update(
                index_elements=["account_id"], set_=fresh, where=column.asked_at <= now - ASKED_AGAIN_AFTER
            )
            .returning(column.account_id)
        )
        return asked.first() is not None

    async def keep(self, account_id: UUID, digest: bytes, now: datetime) -> None:
        """Keeps the code that is being mailed, in the place of any before it."""
        await self._session.execute(
            update(mailed_codes)
            .where(mailed_codes.c.account_id == account_id)
            .values(digest=digest, made_at=now, used_at=None, tries=0)
        )

    async def take(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        """Counts a try, and uses the code up where it is the right one. One statement: of a race, one wins."""
        column = mailed_codes.c
        tried = await self._session.execute(
            update(mailed_codes)
            .where(
                column.account_id == account_id,
                column.used_at.is_(None),
                column.tries < MOST_TRIES,
                column.made_at > now - LIFE,
            )
            .values(tries=column.tries + 1, used_at=case((column.digest == digest, now)))
            .returning(column.used_at)
        )
        return tried.scalar_one_or_none() is not None

    async def remove(self, account_id: UUID) -> None:
        await self._session.execute(delete(mailed_codes).where(mailed_codes.c.account_id == account_id))
