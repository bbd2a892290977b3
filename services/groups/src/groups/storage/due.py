"""In which groups something is due because time has passed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import terms


async def next_group_due(session: AsyncSession, now: datetime, after: UUID | None) -> UUID | None:
    """The first such group after that id, in order of id; None after the last."""
    query = select(terms.c.group_id).where(terms.c.until.is_(None), terms.c.ends_at <= now)
    if after is not None:
        query = query.where(terms.c.group_id > after)
    return await session.scalar(query.order_by(terms.c.group_id).limit(1))
