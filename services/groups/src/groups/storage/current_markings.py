"""The markings that count now, as lists show them beside their subject."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.markings import Authority, Change, Entry
from groups.storage.group_changes import changed_since
from groups.storage.markings import is_current
from groups.storage.tables import marking_entries

_CHANGES = changed_since(marking_entries.c.group_id, marking_entries.c.entered_at)
_CHANGED = [condition.label(what.value) for what, condition in _CHANGES]


@dataclass(frozen=True, slots=True)
class CurrentMarking:
    """One authority's word on a subject. In grace it is past its end and counts still (P7)."""

    authority: Authority
    expires_at: datetime
    is_in_grace: bool
    changed_since: list[Change]


async def current_markings(
    session: AsyncSession, subject_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[CurrentMarking]]:
    """Who marks each of these subjects now; of one authority's several the one that ends last."""
    query = (
        select(marking_entries.c.subject_id, marking_entries.c.authority, marking_entries.c.expires_at, *_CHANGED)
        .where(marking_entries.c.subject_id.in_(subject_ids), is_current(now))
        .ext(distinct_on(marking_entries.c.subject_id, marking_entries.c.authority))
        .order_by(marking_entries.c.subject_id, marking_entries.c.authority, marking_entries.c.expires_at.desc())
    )
    found: dict[UUID, list[CurrentMarking]] = {subject_id: [] for subject_id in subject_ids}
    for subject_id, authority, expires_at, *changed in await session.execute(query):
        marking = CurrentMarking(authority, expires_at, expires_at <= now, _changes(changed))
        found[subject_id].append(marking)
    return found


async def changed_since_grant(session: AsyncSession, marking_id: UUID) -> list[Change]:
    """What of its group has changed since this marking was given."""
    query = (
        select(*_CHANGED)
        .select_from(marking_entries)
        .where(marking_entries.c.marking_id == marking_id, marking_entries.c.entry == Entry.GRANT)
    )
    return _changes(list((await session.execute(query)).one()))


def _changes(changed: list[bool]) -> list[Change]:
    return [what for (what, _), has_changed in zip(_CHANGES, changed, strict=True) if has_changed]
