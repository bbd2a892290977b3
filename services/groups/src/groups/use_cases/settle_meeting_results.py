"""Results to which too few object take effect (P12)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group, GroupState
from groups.domain.meeting_results import MeetingResult, Settled
from groups.domain.terms import Term
from groups.storage.meeting_results import MeetingResults
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.fill_office import fill_office
from groups.use_cases.object_to_result import count_objections


async def settle_meeting_results(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: fills the offices whose results are due, each once."""
    for result in await MeetingResults(uow.session, group.id).due(now):
        chosen = await Memberships(uow.session, group.id).of(result.person_id) if result.person_id else None
        is_gone = chosen is None or not chosen.is_active or group.state is not GroupState.ACTIVE
        if chosen is None or is_gone or await _leads_by_now(uow, group, result, now):
            result.settle(Settled.VOID, now)
            continue
        await count_objections(uow, group, result, now)
        if result.settled_at is not None:
            continue
        result.settle(Settled.IN_EFFECT, now)
        held = await Terms(uow.session, group.id).held_in(result.office)
        if held is None or held.person_id != chosen.person_id or not held.is_held(now):
            await fill_office(uow, Term.begin(group.id, chosen.person_id, result.office, now))


async def _leads_by_now(uow: UnitOfWork, group: Group, result: MeetingResult, now: datetime) -> bool:
    leader = await Terms(uow.session, group.id).held_in(group.leading_office)
    is_theirs = leader is not None and leader.is_held(now) and leader.person_id == result.person_id
    return is_theirs and result.office != group.leading_office
