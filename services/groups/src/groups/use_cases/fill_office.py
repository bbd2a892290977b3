"""An office gets its next holder, by whatever way the group chose them (P12)."""

from shared.db.unit_of_work import UnitOfWork

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
