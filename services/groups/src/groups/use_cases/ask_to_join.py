"""A member asks to join through a link; the officers decide (P12)."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.domain.memberships import Membership, MembershipState
from groups.storage.groups import Groups
from groups.storage.links import JoinLinks
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_membership
from groups.use_cases.residents import must_come_in_as_a_resident


async def ask_to_join(
    uow: UnitOfWork, actor: Principal, secret: str, reason: str | None, now: datetime
) -> tuple[Group, Membership]:
    """The request, pending. Who asks twice, belongs or is invited stays as they are and uses nothing up.

    NoSuchLink, StaffCannotBelong.
    """
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        links = JoinLinks(uow.session)
        shown = await links.show(secret, now)
        group = await Groups(uow.session).locked(shown.group_id)
        memberships = Memberships(uow.session, group.id)
        membership = await memberships.of(actor.id)
        if membership is not None and not membership.is_over and not membership.has_lapsed(now):
            return group, membership
        await links.use(shown.link_id, now)
        if membership is None:
            membership = Membership.begin(group.id, actor.id, MembershipState.PENDING, now)
            membership.reason = reason
            memberships.add(membership)
        else:
            membership.ask_again(reason, now)
        tell_membership(uow, membership)
        return group, membership
