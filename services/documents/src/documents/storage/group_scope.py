"""Which rows a transaction may see: row-level security shows those of the one group, or release, that it names."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# SET LOCAL takes no parameter; set_config(…, true) is the same and ends with the transaction.
_GROUP = text("SELECT set_config('documents.group', :id, true)")
_RELEASE = text("SELECT set_config('documents.release', :id, true)")


async def enter_group(session: AsyncSession, group_id: UUID) -> None:
    """From here to the end of the transaction the session sees this group's rows and no others."""
    await session.execute(_GROUP, {"id": str(group_id)})


async def enter_release(session: AsyncSession, release_id: UUID) -> None:
    """From here to the end of the transaction the session may read this release and its links."""
    await session.execute(_RELEASE, {"id": str(release_id)})
