"""What the database's files keep of ballots that are over: dead rows, until the tables are written anew."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from groups.storage.tables import ballots

# Whoever votes meanwhile waits for it; it waits for nobody longer than this, and is tried again.
_WAIT = text("SET lock_timeout = '2s'")
_REWRITE = text("VACUUM (FULL) ballot_voters, ballot_choices")


async def unswept(session: AsyncSession, now: datetime, after: timedelta, again_after: timedelta) -> Sequence[UUID]:
    """Ballots whose dead rows may still lie in the files: closed for so long and not swept since."""
    query = select(ballots.c.id).where(
        or_(
            and_(ballots.c.closed_at < now - after, ballots.c.swept_at.is_(None)),
            and_(ballots.c.closed_at < now - again_after, ballots.c.swept_at < ballots.c.closed_at + again_after),
        )
    )
    return (await session.scalars(query)).all()


async def rewrite_boxes(engine: AsyncEngine) -> None:
    """Copies what lives of both tables into new files and drops the old ones. VACUUM runs in no transaction."""
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(_WAIT)
        try:
            await connection.execute(_REWRITE)
        finally:
            await connection.execute(text("RESET lock_timeout"))


async def note_swept(session: AsyncSession, ballot_ids: Sequence[UUID], now: datetime) -> None:
    await session.execute(update(ballots).where(ballots.c.id.in_(ballot_ids)).values(swept_at=now))
