"""Ballots go on as time does: voting opens, and the result fills the office (P12)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.ballots import Ballot, Outcome, Phase, Result, count
from groups.domain.groups import Group, GroupState
from groups.domain.terms import Term
from groups.storage.ballots import Ballots
from groups.storage.meeting_results import MeetingResults
from groups.storage.standings import officers_of
from groups.storage.terms import Terms
from groups.storage.votes import draw_up_electorate, empty_box
from groups.use_cases.fill_office import fill_office


async def settle_ballots(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: opens voting and counts, where it is time."""
    for ballot in await Ballots(uow.session, group.id).not_closed():
        await open_voting(uow, ballot, now)
        if ballot.phase(now) is Phase.OVER and ballot.closed_at is None:
            await _count(uow, group, ballot, now)


async def open_voting(uow: UnitOfWork, ballot: Ballot, now: datetime) -> None:
    """Draws up the electorate, once; a ballot in which nobody stands is over at once."""
    if ballot.electorate is not None or ballot.closed_at is not None or ballot.phase(now) is Phase.NOMINATIONS:
        return
    if await Ballots(uow.session, ballot.group_id).candidates(ballot):
        ballot.electorate = await draw_up_electorate(uow.session, ballot)
    else:
        ballot.electorate = 0
        ballot.close(Result(Outcome.NOBODY_STOOD), now)


async def _count(uow: UnitOfWork, group: Group, ballot: Ballot, now: datetime) -> None:
    candidates = {}
    if group.state is GroupState.ACTIVE:
        # For a post besides the leading one nobody is moved out of an office that they hold by now.
        taken = set() if ballot.office == group.leading_office else set(await officers_of(uow.session, group.id, now))
        standing = await Ballots(uow.session, group.id).candidates(ballot)
        candidates = {each.id: each for each in standing if each.person_id not in taken}
    result = count(await empty_box(uow.session, ballot), candidates)
    ballot.close(result, now)
    winner = candidates[result.elected].person_id if result.elected else None
    if winner is None:
        return
    await MeetingResults(uow.session, group.id).void_open(ballot.office, now)
    held = await Terms(uow.session, group.id).held_in(ballot.office)
    if held is None or held.person_id != winner or not held.is_held(now):
        await fill_office(uow, Term.begin(group.id, winner, ballot.office, now))
