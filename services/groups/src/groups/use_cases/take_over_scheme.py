"""A resident founds the scheme that a coordinator prepared, and coordinates it (P11)."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group, Kind
from groups.storage.prepared_schemes import Offered, PreparedSchemes
from groups.use_cases.found_group import begin_group
from groups.use_cases.residents import must_come_in_as_a_resident


async def show_prepared_scheme(uow: UnitOfWork, secret: str, now: datetime) -> Offered:
    """NoSuchLink for every secret that opens nothing, alike."""
    async with uow:
        return await PreparedSchemes(uow.session).show(secret, now)


async def take_over_scheme(uow: UnitOfWork, actor: Principal, secret: str, now: datetime) -> Group:
    """The new group, its founder's like any other (P9): who prepared it has no part in it.

    Once: of many at once, one founds it. NoSuchLink, StaffCannotBelong, AccountIsOver.
    """
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        scheme = await PreparedSchemes(uow.session).take(secret, now)
        group = Group.found(
            kind=Kind.NEIGHBOURHOOD_WATCH,
            name=scheme.name,
            purpose=scheme.purpose,
            visibility=scheme.visibility,
            area=scheme.area,
            at=now,
        )
        await begin_group(uow, group, actor.id, now)
        return group
