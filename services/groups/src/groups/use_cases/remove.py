"""An officer removes a member; it bites on the member's next request (P12, P18)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotActive
from groups.domain.memberships import Membership
from groups.domain.permissions import must_be_officer, must_decide_about
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.use_cases.endings import end_with_terms


async def remove(
    uow: UnitOfWork, actor: Principal, group_id: UUID, person_id: UUID, reason: str, now: datetime
) -> Membership:
    """The ended membership; offices and rights end with it.

    NoSuchGroup, NotAnOfficer; NotTheLeader for an officer; LeaderStays, NotActive.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        theirs = await standing_of(uow.session, group_id, person_id, now)
        if theirs is not None:
            must_decide_about(standing, theirs, group)
        membership = await Memberships(uow.session, group_id).of(person_id)
        if membership is None:
            raise NotActive
        membership.remove(reason, now)
        await end_with_terms(uow, group, membership, now)
        return membership
