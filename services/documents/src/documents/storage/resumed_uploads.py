"""Where a resumed upload stands. Each change is one conditional statement: of several senders one has its part kept."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.document import Version
from documents.storage.tables import resumed_uploads, upload_parts, versions

_at = resumed_uploads.c


@dataclass(frozen=True, slots=True)
class ResumedUpload:
    """An upload as it stood when it was read. Its first `kept_parts` parts are in the store."""

    version_id: UUID
    object_key: str
    store_upload_id: str
    salt: bytes
    kept_parts: int


async def resumed_upload(session: AsyncSession, version: Version) -> ResumedUpload | None:
    """The upload under way for this version."""
    return _read((await session.execute(select(resumed_uploads).where(_at.version_id == version.id))).first())


async def begin_resumed(session: AsyncSession, version: Version, upload: ResumedUpload) -> bool:
    """False where the version has its content, or another upload under way."""
    # Held, so that a content that comes whole either sees this row and ends it, or is seen here.
    absent = select(versions.c.id).where(versions.c.id == version.id, versions.c.ready_at.is_(None))
    if await session.scalar(absent.with_for_update(read=True)) is None:
        return False
    values = {
        "version_id": version.id,
        "group_id": version.group_id,
        "document_id": version.document_id,
        "object_key": upload.object_key,
        "store_upload_id": upload.store_upload_id,
        "salt": upload.salt,
    }
    begun = insert(resumed_uploads).values(values).on_conflict_do_nothing(index_elements=["version_id"])
    return (await session.execute(begun.returning(_at.version_id))).first() is not None


async def note_part(session: AsyncSession, upload: ResumedUpload, number: int, digest: bytes) -> bool | None:
    """Holds the next part to these bytes, before any of them is sealed. False where other bytes were noted for it,
    which may have been sealed; None where somebody else went on meanwhile.
    """
    # Held, so that nobody ends the upload between the look and the note.
    mine = select(_at.group_id).where(*_next_of(upload, number)).with_for_update(read=True, key_share=True)
    group_id = await session.scalar(mine)
    if group_id is None:
        return None
    note = {"version_id": upload.version_id, "group_id": group_id, "number": number, "digest": digest}
    await session.execute(insert(upload_parts).values(note).on_conflict_do_nothing())
    noted: bytes | None = await session.scalar(
        select(upload_parts.c.digest).where(
            upload_parts.c.version_id == upload.version_id, upload_parts.c.number == number
        )
    )
    return None if noted is None else compare_digest(noted, digest)


async def keep_part(session: AsyncSession, upload: ResumedUpload, number: int, tag: str) -> bool:
    """Counts a part that the store has. False where somebody else went on meanwhile."""
    kept = update(resumed_uploads).where(*_next_of(upload, number)).values(kept_parts=number)
    if (await session.execute(kept.returning(_at.version_id))).first() is None:
        return False
    part = update(upload_parts).where(upload_parts.c.version_id == upload.version_id, upload_parts.c.number == number)
    await session.execute(part.values(tag=tag))
    return True


async def tags_of(session: AsyncSession, upload: ResumedUpload) -> list[str]:
    """The store's tags of the parts that are kept, in their order."""
    asked = select(upload_parts.c.tag).where(
        upload_parts.c.version_id == upload.version_id, upload_parts.c.number <= upload.kept_parts
    )
    return list((await session.scalars(asked.order_by(upload_parts.c.number))).all())


async def end_resumed(session: AsyncSession, version: Version) -> str | None:
    """Ends the upload under way, if there is one; the object key whose parts are now nobody's."""
    ended = delete(resumed_uploads).where(_at.version_id == version.id).returning(_at.object_key)
    found: str | None = await session.scalar(ended)
    return found


def _next_of(upload: ResumedUpload, number: int) -> tuple[Any, ...]:  # Any: SQLAlchemy's clauses
    return (
        _at.version_id == upload.version_id,
        _at.object_key == upload.object_key,
        _at.kept_parts == number - 1,
    )


def _read(row: Row[Any] | None) -> ResumedUpload | None:  # Any: a row of a table without a class
    if row is None:
        return None
    return ResumedUpload(row.version_id, row.object_key, row.store_upload_id, row.salt, row.kept_parts)
