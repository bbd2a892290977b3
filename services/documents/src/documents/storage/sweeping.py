"""What the worker does over all vaults, one group after the other: no query sees two of them, and no text is read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.storage.space import give_back
from documents.storage.tables import documents, uploads, vaults, versions


async def all_groups(session: AsyncSession) -> Sequence[UUID]:
    """Every group that has a vault."""
    return (await session.scalars(select(vaults.c.group_id))).all()


async def expired_documents(session: AsyncSession, group_id: UUID, at: datetime) -> Sequence[UUID]:
    """Documents of this group whose last day has come and that are not to be kept longer."""
    asked = select(documents.c.id).where(documents.c.group_id == group_id, *_is_expired(at))
    return (await session.scalars(asked.order_by(documents.c.id))).all()


async def put_expired_into_bin(session: AsyncSession, group_id: UUID, document_id: UUID, at: datetime) -> bool:
    """Puts such a document into the bin. Of several at once, one does."""
    columns = documents.c
    put = await session.execute(
        update(documents)
        .where(columns.group_id == group_id, columns.id == document_id, *_is_expired(at))
        .values(deleted_at=at, deleted_by=None, version=columns.version + 1)
        .returning(columns.id)
    )
    return put.first() is not None


async def declared_before(session: AsyncSession, group_id: UUID, at: datetime) -> Sequence[UUID]:
    """Versions of this group that were declared before `at` and have no content."""
    columns = versions.c
    stale = columns.group_id == group_id, columns.ready_at.is_(None), columns.created_at < at
    return (await session.scalars(select(columns.id).where(*stale).order_by(columns.id))).all()


async def remove_declared(session: AsyncSession, group_id: UUID, version_id: UUID) -> bool:
    """Removes a version that has no content and that nobody is sending, and gives its bytes back.

    Whoever begins to send it just now either is seen here, or finds it gone before the first byte.
    """
    columns = versions.c
    this = columns.group_id == group_id, columns.id == version_id, columns.ready_at.is_(None)
    # Held in a statement of its own: the next one sees whatever was noted until then.
    if await session.scalar(select(columns.id).where(*this).with_for_update(skip_locked=True)) is None:
        return False
    is_under_way = exists().where(uploads.c.version_id == columns.id)
    length: int | None = await session.scalar(delete(versions).where(*this, ~is_under_way).returning(columns.length))
    if length is None:
        return False
    await give_back(session, group_id, length)
    return True


def _is_expired(at: datetime) -> tuple[ColumnElement[bool], ...]:
    columns = documents.c
    return (
        columns.deleted_at.is_(None),
        columns.expires_on <= at.date(),
        # GREATEST passes over what is NULL.
        func.greatest(columns.expires_on, columns.keep_until) <= at.date(),
    )
