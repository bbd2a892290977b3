"""A person leaves a group, takes a request back or declines an invitation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import LeaderStays, NoSuchGroup
from groups.domain.groups import GroupState
from groups.domain.permissions import is_leader
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.use_cases.endings import end_with_terms
from groups.use_cases.events import tell_membership


@dataclass(frozen=True, slots=True)
class Left:
    """Until when it may be undone; None where there was nothing to lose, or nothing is left to come back to."""

    undo_until: datetime | None


async def leave(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Left:
    """Nobody is asked. Only a leader with members left hands over first (LeaderStays); the last one out archives.

    NoSuchGroup for who has nothing to do with it.
    """
    async with uow:
        standing = await standing_of(uow.session, group_id, actor.id, now)
        if standing is None or standing.is_over:
            raise NoSuchGroup
        group = await Groups(uow.session).locked(group_id)
        memberships = Memberships(uow.session, group_id)
        membership = await memberships.of(actor.id)
        standing = await standing_of(uow.session, group_id, actor.id, now)
        if membership is None or standing is None or membership.is_over or membership.has_lapsed(now):
            raise NoSuchGroup
        if is_leader(standing, group) and await memberships.count_active() > 1:
            raise LeaderStays
        belonged = membership.belongs
        membership.leave(now)
        if belonged:
            await end_with_terms(uow, group, membership, now)
        else:
            tell_membership(uow, membership)
        return Left(membership.undo_until if group.state is GroupState.ACTIVE else None)
