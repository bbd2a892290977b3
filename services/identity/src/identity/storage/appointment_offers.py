"""What administrators asked of addresses, known and unknown."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import WAITS
from identity.domain.appointment_offers import Offer
from identity.storage.tables import appointment_offers, appointments

_taken_up = exists().where(
    appointments.c.person_id == appointment_offers.c.person_id, appointments.c.declared_at.is_not(None)
)


class Offers:
    """All offers. Whoever changes one that reached somebody has locked their account."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, offer_id: UUID) -> Offer | None:
        return await self._session.get(Offer, offer_id)

    async def get_for_change(self, offer_id: UUID) -> Offer | None:
        return await self._session.get(Offer, offer_id, with_for_update=True, populate_existing=True)

    async def taken_up_by(self, person_id: UUID, email: str) -> Offer | None:
        """The newest one to this address that this person took up."""
        column = appointment_offers.c
        chosen = select(Offer).where(column.person_id == person_id, column.email == email, _taken_up)
        return await self._session.scalar(chosen.order_by(column.id.desc()).limit(1).with_for_update())

    async def end_waiting(self, email: str, now: datetime) -> None:
        """Whatever waits at an address waits no longer: another takes its place."""
        column = appointment_offers.c
        waiting = update(appointment_offers).where(column.email == email, column.ended_at.is_(None), ~_taken_up)
        await self._session.execute(waiting.values(ended_at=now))

    def add(self, offer: Offer) -> None:
        self._session.add(offer)

    async def forget(self, person_id: UUID, email: str | None) -> None:
        """Removes what was asked of a person who is erased, and of their address where it was theirs alone.

        What reached somebody else at a shared mailbox stays: an appointment could not be ended any more.
        """
        column = appointment_offers.c
        about = or_(column.person_id == person_id, (column.email == email) & column.person_id.is_(None))
        await self._session.execute(delete(appointment_offers).where(about))

    async def remove_lapsed(self, now: datetime) -> int:
        """Removes what nobody took up within 30 days; how many."""
        old = delete(appointment_offers).where(appointment_offers.c.asked_at <= now - WAITS, ~_taken_up)
        return len((await self._session.execute(old.returning(appointment_offers.c.id))).all())
