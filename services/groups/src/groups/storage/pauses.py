"""Pauses: the one that waits or is in force, and whether a group is paused at this moment (P4)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.pauses import Pause
from groups.storage.tables import groups, pauses


async def last_pause(session: AsyncSession, group_id: UUID) -> Pause | None:
    """The last that was asked for in the group, over or not."""
    query = select(Pause).where(pauses.c.group_id == group_id).order_by(pauses.c.number.desc()).limit(1)
    found: Pause | None = await session.scalar(query)
    return found


async def all_confirmed(session: AsyncSession) -> Sequence[Pause]:
    """Every pause that ever was in force, in the order in which they were told."""
    query = select(Pause).where(pauses.c.ends_at.is_not(None)).order_by(pauses.c.group_id, pauses.c.number)
    return (await session.scalars(query)).all()


def pauses_now(group_id: ColumnElement[UUID], now: datetime) -> ColumnElement[bool]:
    """Whether a row of `pauses` pauses this group now: at most one does. Nobody has to end it."""
    return and_(pauses.c.group_id == group_id, pauses.c.ends_at > now)


async def are_paused(session: AsyncSession, group_ids: Collection[UUID], now: datetime) -> bool:
    """Whether any of these groups is paused."""
    query = select(groups.c.id).where(groups.c.id.in_(group_ids), is_paused(groups.c.id, now))
    return (await session.execute(query.limit(1))).first() is not None


def is_paused(group_id: ColumnElement[UUID], now: datetime) -> ColumnElement[bool]:
    return exists().where(pauses_now(group_id, now))
