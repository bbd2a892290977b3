"""What a meeting decided is recorded, and stands unless members object (P12)."""

from datetime import date, datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import BallotIsOpen, NotActive, ResultIsOpen
from groups.domain.meeting_results import MeetingResult, Settled, objections_needed
from groups.domain.permissions import may_name, must_be_officer
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.meeting_results import MeetingResults
from groups.storage.memberships import Memberships
from groups.storage.standings import standing_of
from groups.storage.terms import Terms
from groups.use_cases.fill_office import must_not_lead
from groups.use_cases.open_ballot import begin_ballot, must_be_enough


async def record_meeting_result(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    *,
    office: str,
    person_id: UUID,
    held_on: date,
    minutes_note: str,
    now: datetime,
) -> MeetingResult:
    """The result, open to objection for 14 days. An officer's act; any member's where nobody leads.

    Only about people whom the actor sees in the group. NoSuchGroup, NotAnOfficer, NoSuchOffice, TooFewYet, NotActive,
    LeadsAlready, BallotIsOpen, NoSuchMeeting, ResultIsOpen.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        wanted = group.office(office)
        leader = await Terms(uow.session, group_id).held_in(group.leading_office)
        if leader is not None and leader.is_held(now):
            must_be_officer(standing)
        await must_be_enough(uow.session, group)
        theirs = await standing_of(uow.session, group_id, person_id, now)
        if theirs is None or not may_name(standing, theirs, group):
            raise NotActive
        if wanted != group.leading_office:
            await must_not_lead(uow.session, group, person_id, now)
        if await Ballots(uow.session, group_id).is_open(wanted):
            raise BallotIsOpen
        results = MeetingResults(uow.session, group_id)
        if await results.is_open(wanted):
            raise ResultIsOpen
        result = MeetingResult.record(
            group_id,
            wanted,
            person_id,
            recorded_by=actor.id,
            held_on=held_on,
            minutes_note=minutes_note,
            now=now,
        )
        results.add(result)
        return result


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
        objections = await results.objections(result)
        memberships = Memberships(uow.session, group_id)
        chosen = await memberships.of(result.person_id) if result.person_id else None
        others = await memberships.count_active() - (chosen is not None and chosen.is_active)
        if objections >= objections_needed(others):
            result.settle(Settled.OBJECTED, now)
            if not await Ballots(uow.session, group_id).is_open(result.office):
                await begin_ballot(uow, group, result.office, now)
        return result, objections
