"""Keys that are destroyed once their document was long enough in the bin, and never open anything again (P22)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.document import BIN_LIFE
from documents.domain.errors import NothingHere, NotLongInTheBin
from documents.keys.bootstrap import KeyResources
from documents.keys.record import write_down
from documents.storage.group_scope import enter_group
from documents.storage.tables import destroyed_keys, documents, release_wraps, versions


async def destroy_keys(resources: KeyResources, group_id: UUID, document_id: UUID, at: datetime) -> None:
    """Destroys the keys of all versions of a document, with what was laid aside of them. Repeating it changes nothing.

    Whoever asks is not believed: raises NothingHere and NotLongInTheBin by what the document's own row says.
    """
    async with resources.unit_of_work() as uow:
        await enter_group(uow.session, group_id)
        this = (documents.c.group_id == group_id, documents.c.id == document_id)
        # Held until the end: who brings it back from the bin just now comes before this, or finds it destroyed.
        found = await uow.session.execute(
            select(documents.c.deleted_at, documents.c.destroyed_at).where(*this).with_for_update()
        )
        if (document := found.first()) is None:
            raise NothingHere
        if document.destroyed_at is not None:
            return
        if document.deleted_at is None or document.deleted_at > at - BIN_LIFE:
            raise NotLongInTheBin
        await _destroy(uow.session, group_id, document_id, at)
        await uow.session.execute(update(documents).where(*this).values(destroyed_at=at))
        await write_down(uow.session, "destroy", group_id, document_id=document_id)


async def refuse_destroyed(session: AsyncSession, version_id: UUID) -> None:
    """Raises NothingHere for a version whose key was destroyed, also if somebody still has it wrapped."""
    listed = select(destroyed_keys.c.version_id).where(destroyed_keys.c.version_id == version_id)
    if await session.scalar(listed) is not None:
        raise NothingHere


async def _destroy(session: AsyncSession, group_id: UUID, document_id: UUID, at: datetime) -> None:
    columns = versions.c
    of_document = (columns.group_id == group_id, columns.document_id == document_id)
    listed = select(columns.id, columns.group_id, columns.document_id, literal(at)).where(*of_document)
    # Listed already where an older state of the database was brought back.
    entered = insert(destroyed_keys).from_select(list(destroyed_keys.c), listed).on_conflict_do_nothing()
    await session.execute(entered)
    await session.execute(update(versions).where(*of_document).values(wrapped_key=b""))
    laid = release_wraps.c
    await session.execute(delete(release_wraps).where(laid.group_id == group_id, laid.document_id == document_id))
