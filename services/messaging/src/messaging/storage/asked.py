"""How often a mailbox was asked whether it wants a list: strangers are not to be pestered through us."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_A_DAY = 3

_ASKED = text(
    """
    SELECT count(*) FROM deliveries d JOIN sends s ON s.id = d.send_id
    WHERE d.tag = :tag AND d.contact_id IS NOT NULL AND s.accepted_at > now() - interval '1 day'
    """
)


async def may_be_asked(session: AsyncSession, tag: bytes) -> bool:
    """Whether the mailbox was asked less than three times within a day, for any list of any group."""
    return (await session.scalar(_ASKED, {"tag": tag}) or 0) < MOST_A_DAY
