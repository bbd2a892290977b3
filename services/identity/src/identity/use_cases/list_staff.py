"""Administrators look through staff accounts and appointments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Appointment
from identity.domain.appointment_offers import Offer, OfferState, taken_up
from identity.storage.staff import Staff
from identity.use_cases.staff_acts import must_administer


async def list_staff_accounts(
    uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int
) -> Sequence[Account]:
    """A page of staff accounts in order of id, closed ones included; NotYoursToGive for who is no administrator."""
    async with uow:
        await must_administer(uow, actor)
        return await Staff(uow.session).accounts(after=after, most=limit)


@dataclass(frozen=True, slots=True)
class Offered:
    """What was asked; and who took it up, once they have declared."""

    offer: Offer
    state: OfferState
    appointment: Appointment | None
    display_name: str | None


async def list_appointments(
    uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[Offered]:
    """A page of what was asked in order of id, by the address that was given.

    It waits alike for who has an account and for who has none: whoever appoints an address does not learn from it
    whose it is before its holder has declared.
    """
    async with uow:
        await must_administer(uow, actor)
        found = await Staff(uow.session).offers(after=after, most=limit)
        return [
            Offered(offer, offer.state(held, now), taken_up(held), name if taken_up(held) else None)
            for offer, held, name in found
        ]
