"""The leader gives a member the right to add and forward documents, or takes it back (P20)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotActive
from groups.domain.permissions import must_lead
from groups.domain.terms import FORWARDER, Term
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.events import tell_term


async def let_forward(uow: UnitOfWork, actor: Principal, group_id: UUID, person_id: UUID, now: datetime) -> Term:
    """The right, given; once more changes nothing. NoSuchGroup, NotTheLeader, NotActive."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_lead(standing, group)
        membership = await Memberships(uow.session, group_id).of(person_id)
        if membership is None or not membership.is_active:
            raise NotActive
        terms = Terms(uow.session, group_id)
        for term in await terms.held_by(person_id):
            if term.office == FORWARDER:
                return term
        term = Term.begin(group_id, person_id, FORWARDER, now)
        terms.add(term)
        tell_term(uow, term)
        return term


async def stop_forwarding(uow: UnitOfWork, actor: Principal, group_id: UUID, person_id: UUID, now: datetime) -> None:
    """The right, taken back; where there is none nothing happens. NoSuchGroup, NotTheLeader."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_lead(standing, group)
        for term in await Terms(uow.session, group_id).held_by(person_id):
            if term.office == FORWARDER:
                term.end(now)
                tell_term(uow, term)
