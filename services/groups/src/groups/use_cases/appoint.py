"""The leader fills a post, or hands the leading office over (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import LeadingOfficeIsHandedOver, NotActive
from groups.domain.permissions import must_lead
from groups.domain.terms import Term
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.events import tell_term


async def appoint(
    uow: UnitOfWork, actor: Principal, group_id: UUID, office: str, person_id: UUID, now: datetime
) -> Term:
    """The new term; whoever held the office, and whatever other office the person held, ends with it.

    The leading office itself goes to another by its holder's own act. The same person again changes nothing.
    NoSuchGroup, NotTheLeader, NoSuchOffice, NotActive, LeadingOfficeIsHandedOver.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id)
        must_lead(standing, group)
        wanted = group.office(office)
        membership = await Memberships(uow.session, group_id).of(person_id)
        if membership is None or not membership.is_active:
            raise NotActive
        terms = Terms(uow.session, group_id)
        former = await terms.held_in(wanted)
        if former is not None and former.person_id == person_id:
            return former
        if person_id == actor.id:
            raise LeadingOfficeIsHandedOver
        others = [term for term in await terms.held_by(person_id) if term.is_office]
        for ended in [*([former] if former else []), *others]:
            ended.end(now)
            tell_term(uow, ended)
        await terms.flush()
        term = Term.begin(group_id, person_id, wanted, now)
        terms.add(term)
        tell_term(uow, term)
        return term
