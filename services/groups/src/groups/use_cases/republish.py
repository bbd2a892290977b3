"""Everything told again, so that any reader can be rebuilt from nothing."""

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import and_, select

from groups.domain.groups import Group
from groups.domain.memberships import Membership, MembershipState
from groups.domain.terms import Term
from groups.storage.areas import all_versions
from groups.storage.expiries import all_told
from groups.storage.markings import Markings
from groups.storage.pauses import all_confirmed
from groups.storage.tables import memberships, terms
from groups.use_cases.events import (
    tell_area,
    tell_expiry,
    tell_group,
    tell_marking,
    tell_membership,
    tell_pause,
    tell_term,
)

_terms_with_states = select(Term, memberships.c.state).outerjoin(
    memberships, and_(memberships.c.group_id == terms.c.group_id, memberships.c.person_id == terms.c.person_id)
)


async def republish(uow: UnitOfWork) -> None:
    """Records an event for every area, group, membership, term, marking entry and pause.

    Versions stay, so no reader goes back.
    """
    async with uow:
        for area, version in await all_versions(uow.session):
            tell_area(uow, area, version)
        for group in await uow.session.scalars(select(Group)):
            tell_group(uow, group)
        for membership in await uow.session.scalars(select(Membership)):
            tell_membership(uow, membership)
        for term, state in await uow.session.execute(_terms_with_states):
            tell_term(uow, term, is_idle=state is MembershipState.SUSPENDED)
        for entry in await Markings(uow.session).all():
            tell_marking(uow, entry)
        for marking in await all_told(uow.session):
            tell_expiry(uow, marking)
        for pause in await all_confirmed(uow.session):
            tell_pause(uow, pause)
