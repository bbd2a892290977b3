"""Staff accounts and appointments as administrators see them."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.principal import Plane
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Account, Appointment
from identity.storage.tables import accounts, appointments

# Any number that no other advisory lock of identity uses: those of addresses and people are hashes of 64 bits.
_ACTS_ON_STAFF = 1


class Staff:
    """All staff accounts and all appointments. Pages are in order of id, after one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_acts(self) -> None:
        """Lets one transaction at a time decide about staff: two administrators cannot suspend each other."""
        await self._session.execute(select(func.pg_advisory_xact_lock(_ACTS_ON_STAFF)))

    async def accounts(self, *, after: UUID | None, most: int) -> Sequence[Account]:
        chosen = select(Account).where(accounts.c.plane == Plane.STAFF).order_by(accounts.c.id).limit(most)
        if after is not None:
            chosen = chosen.where(accounts.c.id > after)
        return (await self._session.scalars(chosen)).all()

    async def appointments(self, *, after: UUID | None, most: int) -> Sequence[tuple[Appointment, str]]:
        """Each with the display name of its holder."""
        column = appointments.c
        chosen = select(Appointment, accounts.c.display_name).join(accounts, accounts.c.id == column.person_id)
        if after is not None:
            chosen = chosen.where(column.person_id > after)
        found = await self._session.execute(chosen.order_by(column.person_id).limit(most))
        return [(appointment, name) for appointment, name in found]
