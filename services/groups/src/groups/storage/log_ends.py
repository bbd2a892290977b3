"""How far the logs are signed."""

from datetime import datetime

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import audit_entries, audit_heads, log_heads, marking_entries

LOGS = ((marking_entries, log_heads), (audit_entries, audit_heads))


async def is_unsigned(session: AsyncSession, entries: Table, heads: Table, since: datetime) -> bool:
    """Whether entries came after the newest head, and that was signed before `since`, if there is one."""
    newest = select(heads.c.number, heads.c.signed_at).order_by(heads.c.number.desc()).limit(1)
    head = (await session.execute(newest)).first()
    length = await session.scalar(select(func.max(entries.c.number))) or 0
    return length > 0 if head is None else length > head.number and head.signed_at <= since
