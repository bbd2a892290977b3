"""What members want to be sent, and when not."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.message_types import MessageType
from messaging.domain.preferences import Preferences, QuietHours
from messaging.storage.tables import preferences


async def preferences_of(session: AsyncSession, person_id: UUID) -> Preferences:
    """What the person chose; everything at any time where they chose nothing."""
    row = (await session.execute(select(preferences).where(preferences.c.person_id == person_id))).first()
    if row is None:
        return Preferences()
    quiet = None if row.quiet_from is None else QuietHours(row.quiet_from, row.quiet_to)
    return Preferences(frozenset(map(MessageType, row.muted_types)), quiet)


async def put_preferences(session: AsyncSession, person_id: UUID, chosen: Preferences) -> None:
    quiet = chosen.quiet_hours
    row = {
        "person_id": person_id,
        "muted_types": sorted(chosen.muted_types),
        "quiet_from": quiet.start if quiet else None,
        "quiet_to": quiet.until if quiet else None,
    }
    fresh = insert(preferences).values(row)
    await session.execute(fresh.on_conflict_do_update(index_elements=["person_id"], set_=row))


async def forget_preferences(session: AsyncSession, person_id: UUID) -> None:
    await session.execute(delete(preferences).where(preferences.c.person_id == person_id))
