"""What a meeting decided is recorded, and stands unless members object (P12)."""

from datetime import date, datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import BallotIsOpen, NotActive, ResultIsOpen
from groups.domain.meeting_results import MeetingResult
from groups.domain.permissions import may_name, must_be_officer
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.meeting_results import MeetingResults
from groups.storage.standings import standing_of
from groups.storage.terms import Terms
from groups.use_cases.fill_office import must_not_lead
from groups.use_cases.open_ballot import must_be_enough


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
