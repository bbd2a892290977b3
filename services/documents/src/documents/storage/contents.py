"""Contents in the object store: sealed on the way in, opened on the way out, tracked while they are under way."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import aclosing
from datetime import timedelta

from shared.blobs.contexts import context
from shared.blobs.sealed import open_sealed, store_sealed
from shared.blobs.store import BlobStore
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.document import Version
from documents.domain.errors import NothingHere
from documents.storage.tables import uploads, versions


async def store_content(
    store: BlobStore, object_key: str, key: bytes, version: Version, plain: AsyncIterator[bytes]
) -> None:
    """Seals and stores what streams by. Raises as `store_sealed` does."""
    await store_sealed(store, object_key, key, place_of(version), version.length, plain)


def open_content(
    store: BlobStore,
    key: bytes | Awaitable[bytes],
    version: Version,
    first: int | None = None,
    last: int | None = None,
) -> AsyncGenerator[bytes, None]:
    """The plain bytes of a ready version, or those from `first` to `last`. Raises as `open_sealed` does."""
    if version.object_key is None:
        raise ValueError("a version without content")
    return open_stored(store, version.object_key, key, version, first, last)


def open_stored(
    store: BlobStore,
    object_key: str,
    key: bytes | Awaitable[bytes],
    version: Version,
    first: int | None = None,
    last: int | None = None,
) -> AsyncGenerator[bytes, None]:
    """The plain bytes of an object that may become the version's content. Raises as `open_sealed` does."""
    return open_sealed(store, object_key, key, place_of(version), version.length, first, last)


async def read_back(store: BlobStore, object_key: str, key: bytes, version: Version, first: int, last: int) -> bytes:
    """Bytes `first` to `last` of such an object, both included: no more than fit into memory."""
    async with aclosing(open_stored(store, object_key, key, version, first, last)) as plain:
        return b"".join([piece async for piece in plain])


async def note_upload(session: AsyncSession, object_key: str, version: Version) -> None:
    """Remembers an object before its first byte is stored, so that it is found again whatever happens, and its version
    stays as long as it is under way. The transaction has entered the group. Raises NothingHere for a version that the
    worker has removed.
    """
    # Held, so that the worker either sees this upload or has removed the version before.
    mine = select(versions.c.id).where(versions.c.group_id == version.group_id, versions.c.id == version.id)
    if await session.scalar(mine.with_for_update(read=True, key_share=True)) is None:
        raise NothingHere
    await session.execute(insert(uploads).values(object_key=object_key, version_id=version.id))


async def settle_upload(session: AsyncSession, object_key: str) -> bool:
    """Forgets the upload; False where it was given up meanwhile, and the object with it."""
    settled = await session.execute(
        delete(uploads).where(uploads.c.object_key == object_key).returning(uploads.c.object_key)
    )
    return settled.first() is not None


async def upload_lives(session: AsyncSession, object_key: str) -> bool:
    """Says that the upload goes on, so that its age counts from now; False where it was given up."""
    lives = await session.execute(
        update(uploads)
        .where(uploads.c.object_key == object_key)
        .values(begun_at=func.now())
        .returning(uploads.c.object_key)
    )
    return lives.first() is not None


async def abandoned_uploads(session: AsyncSession, age: timedelta) -> Sequence[str]:
    """The uploads that began, or last went on, longer ago than `age`, the oldest first."""
    asked = select(uploads.c.object_key).where(uploads.c.begun_at < func.now() - age)
    return (await session.scalars(asked.order_by(uploads.c.begun_at))).all()


async def hold_abandoned(session: AsyncSession, object_key: str, age: timedelta) -> bool:
    """Holds such an upload until the transaction ends; False where it ended or went on, or where another holds it."""
    this = uploads.c.object_key == object_key, uploads.c.begun_at < func.now() - age
    held = select(uploads.c.object_key).where(*this).with_for_update(skip_locked=True)
    return await session.scalar(held) is not None


def place_of(version: Version) -> bytes:
    """What a version's content is bound to."""
    return context("content", str(version.group_id), str(version.document_id), str(version.id), version.length)
