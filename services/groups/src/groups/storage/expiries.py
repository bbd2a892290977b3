"""Markings whose days of grace have passed, and of which of them the others were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.markings import GRACE, Authority, Entry, SubjectKind
from groups.storage.tables import marking_entries, told_expiries

_withdrawn = marking_entries.alias("withdrawn")


@dataclass(frozen=True, slots=True)
class Expired:
    """A marking that is over."""

    marking_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    authority: Authority


async def take_expired(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Expired]:
    """Markings that are over and of which nobody was told. Who takes one tells of it: it is given out once."""
    gone = exists().where(
        _withdrawn.c.marking_id == marking_entries.c.marking_id, _withdrawn.c.entry == Entry.WITHDRAWAL
    )
    due = (
        select(marking_entries.c.marking_id, literal(now))
        .where(
            marking_entries.c.entry == Entry.GRANT,
            marking_entries.c.expires_at <= now - GRACE,
            ~gone,
            ~exists().where(told_expiries.c.marking_id == marking_entries.c.marking_id),
        )
        .order_by(marking_entries.c.number)
        .limit(limit)
    )
    taking = insert(told_expiries).from_select(["marking_id", "told_at"], due).on_conflict_do_nothing()
    taken = (await session.scalars(taking.returning(told_expiries.c.marking_id))).all()
    rows = await session.execute(_expired().where(marking_entries.c.marking_id.in_(taken)))
    return [Expired(*row) for row in rows]


async def all_told(session: AsyncSession) -> Sequence[Expired]:
    """Every marking of whose end was told."""
    told = _expired().join(told_expiries, told_expiries.c.marking_id == marking_entries.c.marking_id)
    return [Expired(*row) for row in await session.execute(told)]


def _expired() -> Select[UUID, SubjectKind, UUID, Authority]:
    return select(
        marking_entries.c.marking_id,
        marking_entries.c.subject_kind,
        marking_entries.c.subject_id,
        marking_entries.c.authority,
    ).where(marking_entries.c.entry == Entry.GRANT)
