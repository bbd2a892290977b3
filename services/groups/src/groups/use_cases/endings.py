"""What ends with a membership, in the same transaction: every office and right that hung on it, or the group itself."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group, GroupState
from groups.domain.memberships import Membership
from groups.storage.ballots import Ballots
from groups.storage.due import is_founded_in_vain
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.events import tell_group, tell_membership, tell_term


async def end_with_terms(uow: UnitOfWork, group: Group, membership: Membership, now: datetime) -> None:
    """Inside an open transaction that has locked the group and ended an active membership.

    Ends what the person holds, and tells of it and of the membership. The last one out archives the group; who is
    suspended is still in.
    """
    for term in await Terms(uow.session, membership.group_id).held_by(membership.person_id):
        term.end(now)
        tell_term(uow, term)
    tell_membership(uow, membership)
    await uow.session.flush()
    if group.state is not GroupState.ACTIVE or await Memberships(uow.session, group.id).count_belonging() > 0:
        return
    # A panel that staff founded has only begun: the others who were named may still accept (P13).
    if group.founding_organisation_id is None or await Ballots(uow.session, group.id).was_ever_filled(
        group.leading_office
    ):
        _archive(uow, group, now)


async def end_if_nobody_came(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: archives a panel that staff founded in vain (P13)."""
    await uow.session.flush()
    if await is_founded_in_vain(uow.session, group.id, now):
        _archive(uow, group, now)


def _archive(uow: UnitOfWork, group: Group, now: datetime) -> None:
    group.archive(now)
    tell_group(uow, group)
