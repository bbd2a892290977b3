"""Passkeys, and the challenges that they answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.passkeys import CHALLENGE_LIFE, ChallengePurpose, Passkey
from identity.storage import tables

_SWEPT_AT_ONCE = 100


class Passkeys:
    """The passkeys of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, account_id: UUID) -> Sequence[Passkey]:
        """Those of one account, oldest first."""
        column = tables.passkeys.c
        chosen = select(Passkey).where(column.account_id == account_id).order_by(column.added_at, column.id)
        return (await self._session.scalars(chosen)).all()

    async def count(self, account_id: UUID) -> int:
        chosen = select(func.count()).where(tables.passkeys.c.account_id == account_id)
        return await self._session.scalar(chosen) or 0

    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        return await self._session.scalar(select(Passkey).where(tables.passkeys.c.credential_id == credential_id))

    async def add_new(self, passkey: Passkey) -> bool:
        """Adds it; False where its credential is known already, whosever it is."""
        added = await self._session.execute(
            insert(tables.passkeys).values(asdict(passkey)).on_conflict_do_nothing().returning(tables.passkeys.c.id)
        )
        return added.first() is not None

    async def count_use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """Keeps the new sign count; False where it is no advance, so that the key may have been copied.

        Keys that do not count always say zero (Web Authentication section 6.1.1). One statement: of a race, one wins.
        """
        column = tables.passkeys.c
        advances = column.sign_count < sign_count if sign_count > 0 else column.sign_count == 0
        used = await self._session.execute(
            update(tables.passkeys)
            .where(column.id == passkey.id, advances)
            .values(sign_count=sign_count, last_used_at=now)
            .returning(column.id)
        )
        return used.first() is not None

    async def remove(self, account_id: UUID, passkey_id: UUID) -> str | None:
        """Forgets one of this account's; its label, or None where there is no such."""
        column = tables.passkeys.c
        removed = await self._session.execute(
            delete(tables.passkeys)
            .where(column.id == passkey_id, column.account_id == account_id)
            .returning(column.label)
        )
        label: str | None = removed.scalar_one_or_none()
        return label

    async def remove_all(self, account_id: UUID) -> None:
        await self._session.execute(delete(tables.passkeys).where(tables.passkeys.c.account_id == account_id))


class Challenges:
    """All challenges that wait for an answer."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, challenge: bytes, purpose: ChallengePurpose, account_id: UUID | None, now: datetime) -> None:
        """Waits for five minutes for this challenge to be answered; drops some that nobody answered."""
        row = {"digest": _digest(challenge), "purpose": purpose, "account_id": account_id, "made_at": now}
        # First, since it locks the account: whoever answers holds the account before a challenge, too.
        await self._session.execute(insert(tables.challenges).values(row))
        column = tables.challenges.c
        old = select(column.digest).where(column.made_at <= now - CHALLENGE_LIFE).limit(_SWEPT_AT_ONCE)
        await self._session.execute(
            delete(tables.challenges).where(column.digest.in_(old.with_for_update(skip_locked=True)))
        )

    async def take(
        self, challenge: bytes, purpose: ChallengePurpose, account_id: UUID | None, now: datetime
    ) -> datetime | None:
        """Uses a challenge up and says when it was made; None for any that was not made for this, or was answered.

        One statement: of a race, one wins.
        """
        column = tables.challenges.c
        taken = await self._session.execute(
            delete(tables.challenges)
            .where(
                column.digest == _digest(challenge),
                column.purpose == purpose,
                column.account_id.is_not_distinct_from(account_id),
                column.made_at > now - CHALLENGE_LIFE,
            )
            .returning(column.made_at)
        )
        made_at: datetime | None = taken.scalar_one_or_none()
        return made_at

    async def remove_all(self, account_id: UUID) -> None:
        await self._session.execute(delete(tables.challenges).where(tables.challenges.c.account_id == account_id))


def _digest(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
