"""An office gets its next holder, by whatever way the group chose them (P12)."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import LeadsAlready
from groups.domain.groups import Group
from groups.domain.terms import Term
from groups.storage.terms import Terms
from groups.use_cases.events import tell_term


async def fill_office(uow: UnitOfWork, term: Term) -> Term:
    """Inside an open transaction that has locked the group: begins the term, and tells of it.

    Whoever held the office, and whatever other office the person held, ends with it; also what ran out unnoticed.
    """
    terms = Terms(uow.session, term.group_id)
    former = await terms.held_in(term.office)
    theirs = [held for held in await terms.held_by(term.person_id) if held.is_office and held is not former]
    for ended in [*([former] if former else []), *theirs]:
        ended.end(term.since)
        tell_term(uow, ended)
    await terms.flush()
    terms.add(term)
    tell_term(uow, term)
    return term


async def must_not_lead(session: AsyncSession, group: Group, person_id: UUID, now: datetime) -> None:
    """LeadsAlready for who holds the leading office: another post would take it from them (P12)."""
    leader = await Terms(session, group.id).held_in(group.leading_office)
    if leader is not None and leader.is_held(now) and leader.person_id == person_id:
        raise LeadsAlready
