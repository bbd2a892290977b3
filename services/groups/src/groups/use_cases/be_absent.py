"""A leader says to be away, so that the deputy stands in at once and not after 30 days (P12)."""

from datetime import date, datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotTheLeader
from groups.domain.permissions import must_hold_leading_office
from groups.domain.terms import Term
from groups.storage.groups import Groups
from groups.storage.terms import Terms


async def be_absent(uow: UnitOfWork, actor: Principal, group_id: UUID, until: date, now: datetime) -> None:
    """Up to and including that day. NoSuchGroup, NotTheLeader, NoSuchAbsence."""
    async with uow:
        (await _own_term(uow, actor, group_id, now)).be_away(until, now.date())


async def be_back(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> None:
    """From here on nobody stands in; who was not away is not now. NoSuchGroup, NotTheLeader."""
    async with uow:
        (await _own_term(uow, actor, group_id, now)).be_back()


async def _own_term(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Term:
    group, standing = await Groups(uow.session).for_change(actor, group_id, now)
    must_hold_leading_office(standing, group)
    term = await Terms(uow.session, group_id).held_in(group.leading_office)
    if term is None:
        raise NotTheLeader
    return term
