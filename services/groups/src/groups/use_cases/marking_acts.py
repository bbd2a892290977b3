"""What an act of marking is checked against, before it is signed and once more before it is kept (P5, P6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import ChangedMeanwhile, MarkedAlready, NotActive
from groups.domain.groups import Group
from groups.domain.markings import (
    RENEWAL,
    Entry,
    Human,
    Subject,
    SubjectKind,
    check_distance,
    check_household,
    subject_kind_of,
)
from groups.domain.statements import Draft, Signed
from groups.storage.groups import Groups
from groups.storage.known import human_behind
from groups.storage.markings import MarkingEntry, Markings
from groups.storage.memberships import Memberships
from groups.storage.standings import officers_of, standing_of
from groups.use_cases.staff_acts import Marker, marker_of


@dataclass(frozen=True, slots=True)
class Act:
    """Who marks in which group, as read in one transaction."""

    staff_id: UUID
    marker: Marker
    human: Human
    group: Group
    officers: frozenset[UUID]
    belongs: bool


async def begin_act(
    session: AsyncSession,
    staff: Principal,
    group_id: UUID,
    *,
    declared_household: bool | None,
    lock: bool,
    now: datetime,
) -> Act:
    """NotYourRole, NoSuchGroup, DeclarationNeeded, CannotMarkYourOwnGroup for a declared household."""
    marker = await marker_of(session, staff)
    group = await Groups(session).for_staff(staff, group_id, lock=lock)
    check_household(declared_household)
    human = await human_behind(session, staff)
    return Act(
        staff_id=staff.id,
        marker=marker,
        human=human,
        group=group,
        officers=frozenset(await officers_of(session, group_id, now)),
        belongs=await _belongs(session, group_id, human, now),
    )


async def draft_for(session: AsyncSession, act: Act, person_id: UUID | None, now: datetime) -> Draft:
    """What is to be signed of the group, or of one person in it. Locks nothing.

    NotActive, the refusals of P6 (CannotMarkYourself, CannotMarkYourOwnGroup, OnePersonMarksOnce), MarkedAlready
    until 90 days before the end.
    """
    subject = await _subject_of(session, act.group, person_id, now)
    authority = act.marker.authority
    markings = Markings(session)
    others = await markings.markers(subject.id, besides=authority)
    check_distance(act.human, subject, officers=act.officers, markers_of_other_authority=others)
    current = await markings.current(subject.id, authority, now)
    if current and current[0].expires_at > now + RENEWAL:
        raise MarkedAlready
    return Draft(
        marking_id=new_id(),
        subject_kind=subject.kind.value,
        subject_id=subject.id,
        group_kind=act.group.kind.value,
        area=act.group.area,
        authority=authority.value,
        organisation_id=act.marker.organisation_id,
    )


async def grant_of(
    session: AsyncSession, act: Act, person_id: UUID | None, draft: Draft, signed: Signed, now: datetime
) -> MarkingEntry:
    """The grant to be kept, checked again as draft_for does; ChangedMeanwhile if something else was signed."""
    again = await draft_for(session, act, person_id, now)
    if replace(again, marking_id=draft.marking_id) != draft:
        raise ChangedMeanwhile
    return MarkingEntry(
        marking_id=draft.marking_id,
        entry=Entry.GRANT,
        group_id=act.group.id,
        subject_kind=SubjectKind(draft.subject_kind),
        subject_id=draft.subject_id,
        authority=act.marker.authority,
        organisation_id=act.marker.organisation_id,
        staff_id=act.staff_id,
        # When it was decided, to the microsecond. What changed since counts from here, not from the statement's second.
        entered_at=now,
        expires_at=signed.expires_at,
        statement=signed.statement,
        declared_membership=act.belongs,
        declared_household=False,
        reason=None,
    )


async def _subject_of(session: AsyncSession, group: Group, person_id: UUID | None, now: datetime) -> Subject:
    if person_id is None:
        return Subject(SubjectKind.GROUP, group.id, None)
    membership_id = await Memberships(session, group.id).id_of(person_id)
    standing = await standing_of(session, group.id, person_id, now)
    if membership_id is None or standing is None or not standing.is_active:
        raise NotActive
    return Subject(subject_kind_of(group, standing.office), membership_id, person_id)


async def _belongs(session: AsyncSession, group_id: UUID, human: Human, now: datetime) -> bool:
    standings = [await standing_of(session, group_id, account, now) for account in human.accounts]
    return any(standing is not None and standing.is_active for standing in standings)
