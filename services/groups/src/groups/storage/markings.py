"""Entries of markings: only ever added (P7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.markings import GRACE, Authority, Entry, SubjectKind
from groups.storage.tables import known_organisations, marking_details, marking_entries

_withdrawn = marking_entries.alias("withdrawn")


@dataclass(frozen=True, slots=True)
class MarkingEntry:
    """One line in the history of a marking."""

    marking_id: UUID
    entry: Entry
    group_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    authority: Authority
    organisation_id: UUID
    staff_id: UUID
    entered_at: datetime
    expires_at: datetime
    statement: str | None
    declared_membership: bool
    declared_household: bool | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """An entry as members may read it: with the organisation's name and never the staff member."""

    marking_id: UUID
    entry: Entry
    subject_kind: SubjectKind
    subject_id: UUID
    authority: Authority
    organisation: str | None
    entered_at: datetime
    expires_at: datetime
    statement: str | None
    declared_membership: bool
    reason: str | None


_ELSEWHERE = {
    "statement": marking_details.c.statement,
    "reason": marking_details.c.reason,
    "organisation": known_organisations.c.name,
}


def _columns(read_as: type[MarkingEntry | NamedEntry]) -> Select[*tuple[Any, ...]]:  # Any: the fields of the class
    columns = [
        _ELSEWHERE[name] if name in _ELSEWHERE else marking_entries.c[name] for name in read_as.__dataclass_fields__
    ]
    # Outer: what named an erased person is gone (P29), and the entry stays.
    return select(*columns).outerjoin_from(
        marking_entries, marking_details, marking_details.c.number == marking_entries.c.number
    )


def is_marked(subject_id: ColumnElement[UUID], now: datetime) -> ColumnElement[bool]:
    """A condition: the subject carries a current marking of at least one authority (P11)."""
    return exists().where(marking_entries.c.subject_id == subject_id, is_current(now))


def is_current(now: datetime) -> ColumnElement[bool]:
    """A condition on an entry: it is a grant that counts, 30 days past its end at most and not withdrawn (P7)."""
    gone = exists().where(
        _withdrawn.c.marking_id == marking_entries.c.marking_id, _withdrawn.c.entry == Entry.WITHDRAWAL
    )
    return (marking_entries.c.entry == Entry.GRANT) & (marking_entries.c.expires_at > now - GRACE) & ~gone


def entries_with(*more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:  # Any: columns of any type
    """A query of all that a MarkingEntry has, and more columns of the entry or its details after it."""
    return _columns(MarkingEntry).add_columns(*more)


class Markings:
    """Markings of one transaction. Whoever adds one has locked the group."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def was_ever_marked(self, subject_id: UUID) -> bool:
        """Whether any authority ever marked the subject: P11's limit ends there for good."""
        query = select(exists().where(marking_entries.c.subject_id == subject_id))
        return bool(await self._session.scalar(query))

    async def current(self, subject_id: UUID, authority: Authority, now: datetime) -> Sequence[MarkingEntry]:
        """The grants of one authority that still count, the one that ends last first."""
        query = _columns(MarkingEntry).where(
            marking_entries.c.subject_id == subject_id, marking_entries.c.authority == authority, is_current(now)
        )
        rows = await self._session.execute(query.order_by(marking_entries.c.expires_at.desc()))
        return [MarkingEntry(*row) for row in rows]

    async def markers(self, subject_id: UUID, *, besides: Authority) -> Sequence[UUID]:
        """The staff accounts that ever marked the subject for another authority."""
        query = select(marking_entries.c.staff_id).where(
            marking_entries.c.subject_id == subject_id,
            marking_entries.c.authority != besides,
            marking_entries.c.entry == Entry.GRANT,
        )
        return (await self._session.scalars(query)).all()

    async def all(self) -> Sequence[MarkingEntry]:
        """Every entry, in the order of entry."""
        rows = await self._session.execute(_columns(MarkingEntry).order_by(marking_entries.c.number))
        return [MarkingEntry(*row) for row in rows]

    async def history_of(self, marking_id: UUID) -> Sequence[NamedEntry]:
        """The entries of one marking, the grant first."""
        return await self._named(marking_entries.c.marking_id == marking_id)

    async def history(self, group_id: UUID, own_id: UUID | None) -> Sequence[NamedEntry]:
        """The entries about a group and all its people; with `own_id`, about the group and that subject alone."""
        about: ColumnElement[bool] = marking_entries.c.group_id == group_id
        if own_id is not None:
            about &= or_(marking_entries.c.subject_id == own_id, marking_entries.c.subject_kind == SubjectKind.GROUP)
        return await self._named(about)

    async def _named(self, condition: ColumnElement[bool]) -> Sequence[NamedEntry]:
        query = (
            _columns(NamedEntry)
            .outerjoin(known_organisations, known_organisations.c.id == marking_entries.c.organisation_id)
            .where(condition)
            .order_by(marking_entries.c.number)
        )
        return [NamedEntry(*row) for row in await self._session.execute(query)]
