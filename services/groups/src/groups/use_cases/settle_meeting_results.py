"""Results to which too few objected take effect (P12)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group, GroupState
from groups.domain.meeting_results import Settled
from groups.domain.terms import Term
from groups.storage.meeting_results import MeetingResults
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.fill_office import fill_office


async def settle_meeting_results(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: fills the offices whose results are due, each once."""
    for result in await MeetingResults(uow.session, group.id).due(now):
        chosen = await Memberships(uow.session, group.id).of(result.person_id) if result.person_id else None
        if chosen is None or not chosen.is_active or group.state is not GroupState.ACTIVE:
            result.settle(Settled.VOID, now)
            continue
        result.settle(Settled.IN_EFFECT, now)
        held = await Terms(uow.session, group.id).held_in(result.office)
        if held is None or held.person_id != chosen.person_id or not held.is_held(now):
            await fill_office(uow, Term.begin(group.id, chosen.person_id, result.office, now))
