"""A member founds a group and holds its leading office (P11)."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from groups.domain.errors import NoSuchWard
from groups.domain.groups import Group, GroupState, Kind, Visibility
from groups.domain.memberships import Membership, MembershipState
from groups.domain.terms import Term
from groups.storage.areas import is_ward
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.events import tell_group, tell_membership, tell_term
from groups.use_cases.residents import must_come_in_as_a_resident


async def found_group(
    uow: UnitOfWork,
    actor: Principal,
    *,
    kind: Kind,
    name: str,
    purpose: str,
    visibility: Visibility,
    area: str,
    now: datetime,
) -> Group:
    """The new group. It shows its founder nobody (P10). NoSuchWard, StaffCannotBelong."""
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        if not await is_ward(uow.session, area):
            raise NoSuchWard
        group = Group(new_id(), kind, name, purpose, visibility, area, GroupState.ACTIVE, now, 1)
        Groups(uow.session).add(group)
        await uow.session.flush()
        membership = Membership.begin(group.id, actor.id, MembershipState.ACTIVE, now)
        Memberships(uow.session, group.id).add(membership)
        term = Term.begin(group.id, actor.id, group.leading_office, now)
        Terms(uow.session, group.id).add(term)
        tell_group(uow, group)
        tell_membership(uow, membership)
        tell_term(uow, term)
        return group
