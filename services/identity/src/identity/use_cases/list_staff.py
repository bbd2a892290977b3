"""Administrators look through staff accounts and appointments."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Appointment
from identity.storage.staff import Staff
from identity.use_cases.staff_acts import must_administer


async def list_staff_accounts(
    uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int
) -> Sequence[Account]:
    """A page of staff accounts in order of id, closed ones included; NotYoursToGive for who is no administrator."""
    async with uow:
        await must_administer(uow, actor)
        return await Staff(uow.session).accounts(after=after, most=limit)


async def list_appointments(
    uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int
) -> Sequence[tuple[Appointment, str | None]]:
    """A page of appointments, each with its holder's name.

    The name is left out until the holder has made the declaration: whoever appoints an address does not learn from it
    whose it is.
    """
    async with uow:
        await must_administer(uow, actor)
        found = await Staff(uow.session).appointments(after=after, most=limit)
        return [(each, name if each.declared_at is not None else None) for each, name in found]
