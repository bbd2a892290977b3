"""Devices, by the digest of the secret that each keeps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.devices import Device
from identity.storage import tables


class Devices:
    """All devices."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def known(self, account_id: UUID, digest: bytes) -> Device | None:
        """The device of this account that keeps this secret, unless it was forgotten."""
        column = tables.devices.c
        chosen = select(Device).where(
            column.digest == digest, column.account_id == account_id, column.forgotten_at.is_(None)
        )
        return await self._session.scalar(chosen)

    async def label(self, device_id: UUID | None) -> str | None:
        """What its owner calls a device."""
        return await self._session.scalar(select(tables.devices.c.label).where(tables.devices.c.id == device_id))

    async def of(self, account_id: UUID) -> Sequence[Device]:
        """The account's devices, the last used first."""
        column = tables.devices.c
        chosen = select(Device).where(column.account_id == account_id, column.forgotten_at.is_(None))
        return (await self._session.scalars(chosen.order_by(column.last_used_at.desc()))).all()

    async def has_any(self, account_id: UUID) -> bool:
        """Whether the account was ever used on a device, also one that was forgotten since."""
        column = tables.devices.c
        return await self._session.scalar(select(column.id).where(column.account_id == account_id).limit(1)) is not None

    def add(self, device: Device) -> None:
        self._session.add(device)

    async def forget(self, account_id: UUID, device_id: UUID, now: datetime) -> bool:
        """From now on it is a stranger; False where it is not the account's, or was forgotten before."""
        column = tables.devices.c
        chosen = update(tables.devices).where(
            column.id == device_id, column.account_id == account_id, column.forgotten_at.is_(None)
        )
        forgotten = await self._session.execute(chosen.values(forgotten_at=now, remembered=False).returning(column.id))
        return forgotten.first() is not None

    async def remember_only(self, account_id: UUID, device_id: UUID | None) -> None:
        """Every other device is asked for a second factor from now on."""
        column = tables.devices.c
        others = update(tables.devices).where(column.account_id == account_id)
        if device_id is not None:
            others = others.where(column.id != device_id)
        await self._session.execute(others.values(remembered=False))

    async def forget_all(self, account_id: UUID, now: datetime) -> None:
        """Forgets every device of an account."""
        column = tables.devices.c
        chosen = update(tables.devices).where(column.account_id == account_id, column.forgotten_at.is_(None))
        await self._session.execute(chosen.values(forgotten_at=now, remembered=False))
