"""An organisation withdraws its own marking, with a reason; the history stays (P7)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NotMarked
from groups.domain.groups import Group
from groups.domain.markings import Entry
from groups.storage.groups import Groups
from groups.storage.marking_log import add_entries
from groups.storage.markings import MarkingEntry, Markings
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_marking
from groups.use_cases.staff_acts import marker_of


async def withdraw_marking(
    uow: UnitOfWork, staff: Principal, group_id: UUID, person_id: UUID | None, reason: str, now: datetime
) -> list[MarkingEntry]:
    """The withdrawals. Another authority's marking, or another organisation's, is never touched (P6).

    NotYourRole, NoSuchGroup, NotMarked.
    """
    async with uow:
        marker = await marker_of(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id, lock=True)
        subject_id = await _subject_id(uow.session, group, person_id)
        current = await Markings(uow.session).current(subject_id, marker.authority, now)
        own = [grant for grant in current if grant.organisation_id == marker.organisation_id]
        if not own:
            raise NotMarked
        entries = [_withdrawal(grant, staff, reason, now) for grant in own]
        await add_entries(uow.session, entries)
        for entry in entries:
            tell_marking(uow, entry)
        return entries


async def _subject_id(session: AsyncSession, group: Group, person_id: UUID | None) -> UUID:
    # A marking can be withdrawn from somebody who has left; it can only be given to an active member.
    if person_id is None:
        return group.id
    membership = await Memberships(session, group.id).of(person_id)
    if membership is None:
        raise NotMarked
    return membership.id


def _withdrawal(grant: MarkingEntry, staff: Principal, reason: str, now: datetime) -> MarkingEntry:
    return replace(
        grant,
        entry=Entry.WITHDRAWAL,
        staff_id=staff.id,
        entered_at=now,
        statement=None,
        declared_membership=False,
        declared_household=None,
        reason=reason,
    )
