"""Staff mark a group or a person in it as approved (P6 to P9)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import MarkedAlready, NotActive
from groups.domain.groups import Group
from groups.domain.markings import RENEWAL, Human, Subject, SubjectKind, check_distance, subject_kind_of
from groups.domain.statements import Draft, Signs
from groups.storage.groups import Groups
from groups.storage.known import human_behind
from groups.storage.markings import MarkingEntry, Markings
from groups.storage.memberships import Memberships
from groups.storage.standings import officers_of, standing_of
from groups.storage.tables import Entry
from groups.use_cases.events import tell_marking
from groups.use_cases.staff_acts import Marker, marker_of


async def mark(
    uow: UnitOfWork,
    staff: Principal,
    group_id: UUID,
    person_id: UUID | None,
    *,
    signs: Signs,
    access_token: str,
    now: datetime,
) -> MarkingEntry:
    """The grant, signed. With a `person_id` that person is marked, else the group.

    NotYourRole, NoSuchGroup, NotActive, the refusals of P6 (CannotMarkYourself, CannotMarkYourOwnGroup,
    OnePersonMarksOnce), MarkedAlready until 90 days before the end, SigningRefused, SigningOutOfReach.
    """
    async with uow:
        session = uow.session
        marker = await marker_of(session, staff)
        group = await Groups(session).for_staff(staff, group_id, lock=True)
        subject = await subject_of(session, group, person_id, now)
        human = await human_behind(session, staff)
        markings = Markings(session)
        check_distance(
            human,
            subject,
            officers=await officers_of(session, group_id, now),
            markers_of_other_authority=await markings.markers(subject.id, besides=marker.authority),
        )
        current = await markings.current(subject.id, marker.authority, now)
        if current and current[0].expires_at > now + RENEWAL:
            raise MarkedAlready
        draft = _draft(group, subject, marker)
        signed = await signs.sign(draft, access_token)
        entry = MarkingEntry(
            marking_id=draft.marking_id,
            entry=Entry.GRANT,
            group_id=group_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            authority=marker.authority,
            organisation_id=marker.organisation_id,
            staff_id=staff.id,
            entered_at=signed.issued_at,
            expires_at=signed.expires_at,
            statement=signed.statement,
            declared_membership=await _belongs(session, group_id, human, now),
            reason=None,
        )
        await markings.add(entry)
        tell_marking(uow, entry)
        return entry


async def subject_of(session: AsyncSession, group: Group, person_id: UUID | None, now: datetime) -> Subject:
    """The group, or the membership of an active member; NotActive else."""
    if person_id is None:
        return Subject(SubjectKind.GROUP, group.id, None)
    membership = await Memberships(session, group.id).of(person_id)
    standing = await standing_of(session, group.id, person_id, now)
    if membership is None or standing is None or not standing.is_active:
        raise NotActive
    return Subject(subject_kind_of(group, standing.office), membership.id, person_id)


def _draft(group: Group, subject: Subject, marker: Marker) -> Draft:
    return Draft(
        marking_id=new_id(),
        subject_kind=subject.kind.value,
        subject_id=subject.id,
        group_kind=group.kind.value,
        area=group.area,
        authority=marker.authority.value,
        organisation_id=marker.organisation_id,
    )


async def _belongs(session: AsyncSession, group_id: UUID, human: Human, now: datetime) -> bool:
    standings = [await standing_of(session, group_id, account, now) for account in human.accounts]
    return any(standing is not None and standing.is_active for standing in standings)
