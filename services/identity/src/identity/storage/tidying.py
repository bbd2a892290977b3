"""What is over is kept no longer than somebody could need it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.sessions import REMEMBERED_IDLE
from identity.storage.tables import browser_sessions, links, refresh_tokens, sessions

# A link that was used or has run out still answers for an idempotent repetition; a session, for its last token.
KEPT = timedelta(days=2)


async def remove_old_links(session: AsyncSession, now: datetime, most: int) -> int:
    """Removes links that ran out or were used two days ago; how many."""
    old = select(links.c.digest).where(or_(links.c.expires_at < now - KEPT, links.c.used_at < now - KEPT)).limit(most)
    gone = delete(links).where(links.c.digest.in_(old.with_for_update(skip_locked=True))).returning(links.c.digest)
    return len((await session.execute(gone)).all())


async def remove_old_sessions(session: AsyncSession, now: datetime, most: int) -> int:
    """Removes sessions that ended two days ago, or that nobody can go on with, with their tokens; how many."""
    over = or_(sessions.c.ended_at < now - KEPT, sessions.c.last_used_at < now - REMEMBERED_IDLE - KEPT)
    old = (await session.scalars(select(sessions.c.id).where(over).limit(most).with_for_update(skip_locked=True))).all()
    for secrets in (refresh_tokens, browser_sessions):
        await session.execute(delete(secrets).where(secrets.c.session_id.in_(old)))
    await session.execute(delete(sessions).where(sessions.c.id.in_(old)))
    return len(old)
