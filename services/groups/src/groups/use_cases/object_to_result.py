"""Members object to what a meeting decided; enough of them turn it into a ballot (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.domain.meeting_results import MeetingResult, Settled, objections_needed
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.meeting_results import MeetingResults
from groups.storage.memberships import Memberships
from groups.use_cases.open_ballot import begin_ballot


async def object_to_result(
    uow: UnitOfWork, actor: Principal, group_id: UUID, result_id: UUID, now: datetime
) -> tuple[MeetingResult, int]:
    """The result and how many object. Three, or all besides the person if they are fewer, turn it into a ballot.

    Who objects twice counts once, and the person chosen does not count. NoSuchGroup, NoSuchMeetingResult,
    ResultIsSettled.
    """
    async with uow:
        group, _ = await Groups(uow.session).for_change(actor, group_id, now)
        results = MeetingResults(uow.session, group_id)
        result = await results.get(result_id)
        result.must_be_open(now)
        await results.object(result, actor.id)
        return result, await count_objections(uow, group, result, now)


async def count_objections(uow: UnitOfWork, group: Group, result: MeetingResult, now: datetime) -> int:
    """Inside an open transaction that has locked the group: how many members object; enough make it a ballot.

    Counted again when the result is due: who objected may be all the others that are left by then.
    """
    objections = await MeetingResults(uow.session, group.id).objections(result)
    memberships = Memberships(uow.session, group.id)
    chosen = await memberships.of(result.person_id) if result.person_id else None
    others = await memberships.count_active() - (chosen is not None and chosen.is_active)
    if objections >= objections_needed(others):
        result.settle(Settled.OBJECTED, now)
        if not await Ballots(uow.session, group.id).is_open(result.office):
            await begin_ballot(uow, group, result.office, now)
    return objections
