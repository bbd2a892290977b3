"""What the worker does over all vaults, one group after the other: no query sees two of them, and no text is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.storage.space import give_back
from documents.storage.tables import documents, resumed_uploads, vaults, versions

MOST_AT_ONCE = 100


async def all_groups(session: AsyncSession) -> Sequence[UUID]:
    """Every group that has a vault."""
    return (await session.scalars(select(vaults.c.group_id))).all()


async def put_expired_into_bin(session: AsyncSession, group_id: UUID, at: datetime) -> Sequence[UUID]:
    """Puts documents of this group into the bin whose last day has come and that are not to be kept longer."""
    columns = documents.c
    expired = await session.scalars(
        update(documents)
        .where(
            columns.group_id == group_id,
            columns.deleted_at.is_(None),
            columns.expires_on <= at.date(),
            # GREATEST passes over what is NULL.
            func.greatest(columns.expires_on, columns.keep_until) <= at.date(),
        )
        .values(deleted_at=at, deleted_by=None, version=columns.version + 1)
        .returning(columns.id)
    )
    return expired.all()


async def remove_declared(session: AsyncSession, group_id: UUID, at: datetime, age: timedelta) -> int:
    """Removes versions that were declared longer ago than `age` and got no content, and gives their bytes back.

    An upload that ends just now either finds its version gone, or makes it ready and it stays: one statement decides.
    """
    columns = versions.c
    stale = (
        columns.group_id == group_id,
        columns.ready_at.is_(None),
        columns.created_at < at - age,
        # One that comes in parts lives as long as its upload does.
        ~exists().where(resumed_uploads.c.version_id == columns.id),
    )
    some = select(columns.id).where(*stale).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    # The conditions again: a row that waited is looked at as it then is.
    gone = (await session.scalars(delete(versions).where(columns.id.in_(some), *stale).returning(columns.length))).all()
    if gone:
        await give_back(session, group_id, sum(gone))
    return len(gone)
