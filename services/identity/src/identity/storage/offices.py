"""Who holds an office of which group, as groups last told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.storage.tables import known_offices

# groups tells the right to forward as a term too; who holds only that is no officer.
_NO_OFFICE = "forwarder"

_theirs = known_offices.alias("theirs")


async def learn_office(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Keeps `row` (with its `id` and `version`) if it is newer than what is known."""
    fresh = insert(known_offices).values(row)
    changed = {name: fresh.excluded[name] for name in row if name != "id"}
    newer = known_offices.c.version < fresh.excluded.version
    await session.execute(fresh.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer))


async def are_fellow_officers(session: AsyncSession, one: UUID, other: UUID, since: datetime) -> bool:
    """Whether two different people hold offices of one group, both of them since a moment at least."""
    if one == other:
        return False
    query = (
        select(known_offices.c.id)
        .join(_theirs, _theirs.c.group_id == known_offices.c.group_id)
        .where(known_offices.c.person_id == one, known_offices.c.is_held, known_offices.c.office != _NO_OFFICE)
        .where(known_offices.c.since <= since, _theirs.c.since <= since)
        .where(_theirs.c.person_id == other, _theirs.c.is_held, _theirs.c.office != _NO_OFFICE)
    )
    return (await session.execute(query.limit(1))).first() is not None
