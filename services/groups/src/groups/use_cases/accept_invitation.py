"""An invited person accepts."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchGroup
from groups.domain.memberships import Membership, MembershipState
from groups.storage.groups import Groups
from groups.storage.invitations import remove_accepted
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.use_cases.events import tell_membership
from groups.use_cases.open_ballot import open_first_ballots
from groups.use_cases.residents import must_come_in_as_a_resident
from groups.use_cases.room import must_have_room


async def accept_invitation(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Membership:
    """The membership, now active.

    NoSuchGroup for who has nothing to do with it, or not any more; NotInvited, GroupIsFull.
    """
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        standing = await standing_of(uow.session, group_id, actor.id, now)
        if standing is None or standing.is_over:
            raise NoSuchGroup
        group = await Groups(uow.session).locked(group_id)
        membership = await Memberships(uow.session, group_id).of(actor.id)
        if membership is None or membership.is_over or membership.has_lapsed(now):
            raise NoSuchGroup
        if membership.state is MembershipState.SUSPENDED:
            raise NoSuchGroup
        membership.accept(now)
        await must_have_room(uow.session, group)
        await remove_accepted(uow.session, group_id, actor.id)
        tell_membership(uow, membership)
        await open_first_ballots(uow, group, now)
        return membership
