"""Officers suspend a member for a time; it bites on the member's next request, and ends by itself (P12, P18)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import CannotSuspendYourself, NotActive, NotSuspended
from groups.domain.groups import Group
from groups.domain.memberships import Membership
from groups.domain.permissions import Standing, must_be_officer, must_decide_about
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.storage.terms import Terms
from groups.use_cases.events import tell_membership, tell_term


async def suspend(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    person_id: UUID,
    until: datetime,
    reason: str,
    now: datetime,
) -> Membership:
    """The suspended membership. What the person holds stays theirs and gives nothing meanwhile.

    NoSuchGroup, NotAnOfficer; NotTheLeader for an officer; LeaderStays, CannotSuspendYourself, NotActive,
    NoSuchSuspension.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        if person_id == actor.id:
            raise CannotSuspendYourself
        theirs = await _whom_they_may_decide_about(uow, group, standing, person_id, now)
        if theirs is None:
            raise NotActive
        theirs.suspend(until, reason, now)
        await _tell_with_terms(uow, theirs)
        return theirs


async def resume(uow: UnitOfWork, actor: Principal, group_id: UUID, person_id: UUID, now: datetime) -> Membership:
    """The membership, active again before its time. NoSuchGroup, NotAnOfficer, NotTheLeader, NotSuspended."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        theirs = await _whom_they_may_decide_about(uow, group, standing, person_id, now)
        if theirs is None:
            raise NotSuspended
        theirs.resume()
        await _tell_with_terms(uow, theirs)
        return theirs


async def resume_due(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: ends the suspensions whose time is over, each once."""
    for membership in await Memberships(uow.session, group.id).suspended_before(now):
        membership.resume()
        await _tell_with_terms(uow, membership)


async def _whom_they_may_decide_about(
    uow: UnitOfWork, group: Group, standing: Standing, person_id: UUID, now: datetime
) -> Membership | None:
    theirs = await standing_of(uow.session, group.id, person_id, now)
    if theirs is not None:
        must_decide_about(standing, theirs, group)
    return await Memberships(uow.session, group.id).of(person_id)


async def _tell_with_terms(uow: UnitOfWork, membership: Membership) -> None:
    for term in await Terms(uow.session, membership.group_id).held_by(membership.person_id):
        term.note_change()
        tell_term(uow, term, is_idle=not membership.is_active)
    tell_membership(uow, membership)
