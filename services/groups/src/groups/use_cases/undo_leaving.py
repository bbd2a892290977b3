"""Who left comes back by their own act, within seven days."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchGroup
from groups.domain.memberships import Membership
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.use_cases.events import tell_membership
from groups.use_cases.open_ballot import open_first_ballots
from groups.use_cases.residents import must_come_in_as_a_resident
from groups.use_cases.room import must_have_room


async def undo_leaving(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Membership:
    """The membership as it was, a suspension too; offices are the group's again. Who belongs stays as they are.

    NoSuchGroup after seven days, after a removal, and where the group has ended; GroupIsFull (P11), AccountIsOver,
    StaffCannotBelong.
    """
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        memberships = Memberships(uow.session, group_id)
        if await standing_of(uow.session, group_id, actor.id, now) is None:
            raise NoSuchGroup
        if not await memberships.may_return(actor.id, now):
            raise NoSuchGroup
        group = await Groups(uow.session).locked(group_id)
        membership = await memberships.of(actor.id)
        if membership is None:
            raise NoSuchGroup
        if membership.is_active:
            return membership
        membership.undo_leaving(now)
        await must_have_room(uow.session, group)
        tell_membership(uow, membership)
        await open_first_ballots(uow, group, now)
        return membership
