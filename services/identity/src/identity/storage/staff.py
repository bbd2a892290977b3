"""Staff accounts and offered appointments as administrators see them."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.principal import Plane
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Account, AccountState, Appointment
from identity.domain.appointment_offers import Offer
from identity.storage.tables import accounts, appointment_offers, appointments

# Any number that no other advisory lock of identity uses: those of addresses and people are hashes of 64 bits.
_ACTS_ON_STAFF = 1


class Staff:
    """All staff accounts that are not erased, and all offers of appointments. Pages are in order of id, after one."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_acts(self) -> None:
        """Lets one transaction at a time decide about staff: two administrators cannot suspend each other."""
        await self._session.execute(select(func.pg_advisory_xact_lock(_ACTS_ON_STAFF)))

    async def accounts(self, *, after: UUID | None, most: int) -> Sequence[Account]:
        is_staff = (accounts.c.plane == Plane.STAFF) & (accounts.c.state != AccountState.ERASED)
        chosen = select(Account).where(is_staff).order_by(accounts.c.id).limit(most)
        if after is not None:
            chosen = chosen.where(accounts.c.id > after)
        return (await self._session.scalars(chosen)).all()

    async def open_addresses(self, organisation_id: UUID) -> Sequence[str]:
        """The addresses of an organisation's accounts that are not over."""
        over = (AccountState.CLOSED, AccountState.ERASED)
        is_open = (accounts.c.organisation_id == organisation_id) & accounts.c.state.not_in(over)
        return (await self._session.scalars(select(accounts.c.email).where(is_open))).all()

    async def offers(self, *, after: UUID | None, most: int) -> Sequence[tuple[Offer, Appointment | None, str | None]]:
        """Each with the appointment of whom it reached, and their display name."""
        column = appointment_offers.c
        chosen = (
            select(Offer, Appointment, accounts.c.display_name)
            .outerjoin(appointments, appointments.c.person_id == column.person_id)
            .outerjoin(accounts, accounts.c.id == column.person_id)
        )
        if after is not None:
            chosen = chosen.where(column.id > after)
        found = await self._session.execute(chosen.order_by(column.id).limit(most))
        return [(offer, appointment, name) for offer, appointment, name in found]
