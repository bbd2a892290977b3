"""An organisation withdraws its own marking, with a reason; the history stays (P7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NotMarked
from groups.domain.groups import Group
from groups.domain.markings import Authority, Entry
from groups.storage.groups import Groups
from groups.storage.ledger import write_look
from groups.storage.marking_log import add_entries
from groups.storage.markings import MarkingEntry, Markings
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_marking
from groups.use_cases.mark import PURPOSE
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
        if person_id is not None:
            # Also that nothing is there to withdraw says something of the person (P17).
            await write_look(uow.session, staff, group_id, PURPOSE, now)
        current = await _current(uow.session, group, person_id, marker.authority, now)
        own = [grant for grant in current if grant.organisation_id == marker.organisation_id]
        entries = [_withdrawal(grant, staff, reason, now) for grant in own]
        if entries:
            await add_entries(uow.session, entries)
        for entry in entries:
            tell_marking(uow, entry)
    if not entries:
        raise NotMarked
    return entries


async def _current(
    session: AsyncSession, group: Group, person_id: UUID | None, authority: Authority, now: datetime
) -> Sequence[MarkingEntry]:
    # A marking can be withdrawn from somebody who has left; it can only be given to an active member.
    subject_id = group.id if person_id is None else await Memberships(session, group.id).id_of(person_id)
    return [] if subject_id is None else await Markings(session).current(subject_id, authority, now)


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
