"""Everything told again, so that any reader can be rebuilt from nothing."""

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from groups.domain.groups import Group
from groups.domain.memberships import Membership
from groups.domain.terms import Term
from groups.storage.expiries import all_told
from groups.storage.markings import Markings
from groups.use_cases.events import tell_expiry, tell_group, tell_marking, tell_membership, tell_term


async def republish(uow: UnitOfWork) -> None:
    """Records an event for every group, membership, term and marking entry. Versions stay, so no reader goes back."""
    async with uow:
        for group in await uow.session.scalars(select(Group)):
            tell_group(uow, group)
        for membership in await uow.session.scalars(select(Membership)):
            tell_membership(uow, membership)
        for term in await uow.session.scalars(select(Term)):
            tell_term(uow, term)
        for entry in await Markings(uow.session).all():
            tell_marking(uow, entry)
        for marking in await all_told(uow.session):
            tell_expiry(uow, marking)
