"""Recoveries and who vouched for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.recoveries import VOUCHES_NEEDED, WAIT, Recovery
from identity.storage.tables import recoveries, recovery_vouches


class Recoveries:
    """All recoveries. Whoever changes those of an account has locked it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, recovery: Recovery) -> None:
        self._session.add(recovery)

    async def by_reference(self, reference: str) -> Recovery | None:
        found: Recovery | None = await self._session.scalar(
            select(Recovery).where(recoveries.c.reference == reference).execution_options(populate_existing=True)
        )
        return found

    async def by_claim(self, claim_digest: bytes) -> Recovery | None:
        found: Recovery | None = await self._session.scalar(
            select(Recovery).where(recoveries.c.claim_digest == claim_digest)
        )
        return found

    async def vouchers(self, recovery_id: UUID) -> Sequence[UUID]:
        """Who vouched."""
        chosen = select(recovery_vouches.c.voucher_id).where(recovery_vouches.c.recovery_id == recovery_id)
        return (await self._session.scalars(chosen)).all()

    async def account_of_claim(self, claim_digest: bytes) -> UUID | None:
        """Whose account a claim is about, in whatever state it is."""
        return await self._session.scalar(
            select(recoveries.c.account_id).where(recoveries.c.claim_digest == claim_digest)
        )

    async def count_vouches(self, recovery_id: UUID) -> int:
        vouches = select(func.count()).where(recovery_vouches.c.recovery_id == recovery_id)
        return await self._session.scalar(vouches) or 0

    async def vouch(self, recovery_id: UUID, voucher_id: UUID, now: datetime) -> bool:
        """Adds a vouch; False where this person has vouched already."""
        row = {"recovery_id": recovery_id, "voucher_id": voucher_id, "at": now}
        added = insert(recovery_vouches).values(row).on_conflict_do_nothing()
        return (await self._session.execute(added.returning(recovery_vouches.c.recovery_id))).first() is not None

    async def begin_waiting(self, recovery_id: UUID, now: datetime) -> datetime | None:
        """Sets when the claim may be used, once enough have vouched; None where that is not so, or was set before."""
        vouches = select(func.count()).where(recovery_vouches.c.recovery_id == recovery_id).scalar_subquery()
        begun = (
            update(recoveries)
            .where(recoveries.c.id == recovery_id, recoveries.c.waits_until.is_(None), _is_open(now))
            .where(vouches >= VOUCHES_NEEDED)
            .values(waits_until=now + WAIT)
            .returning(recoveries.c.waits_until)
        )
        waits_until: datetime | None = await self._session.scalar(begun)
        return waits_until

    async def use(self, claim_digest: bytes, now: datetime) -> bool:
        """Uses a claim up whose wait is over; False for every other. One statement: of a race, one wins."""
        used = (
            update(recoveries)
            .where(recoveries.c.claim_digest == claim_digest, recoveries.c.waits_until <= now, _is_open(now))
            .values(used_at=now)
            .returning(recoveries.c.id)
        )
        return await self._session.scalar(used) is not None

    async def stop_all(self, account_id: UUID, now: datetime) -> int:
        """Ends every open recovery of an account for good; returns how many."""
        stopped = (
            update(recoveries)
            .where(recoveries.c.account_id == account_id, _is_open(now))
            .values(stopped_at=now)
            .returning(recoveries.c.id)
        )
        return len((await self._session.scalars(stopped)).all())

    async def remove_expired(self, now: datetime) -> int:
        """Removes those that have run out, with their vouches; returns how many."""
        gone = delete(recoveries).where(recoveries.c.expires_at <= now).returning(recoveries.c.id)
        return len((await self._session.scalars(gone)).all())


def _is_open(now: datetime) -> ColumnElement[bool]:
    return recoveries.c.stopped_at.is_(None) & recoveries.c.used_at.is_(None) & (recoveries.c.expires_at > now)
