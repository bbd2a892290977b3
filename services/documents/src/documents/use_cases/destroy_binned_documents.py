"""Ends what was in the bin for 30 days: the keys first, then the contents, then the rows (P22)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.document import BIN_LIFE
from documents.domain.errors import NothingHere, NotLongInTheBin
from documents.domain.ledger import Act
from documents.storage.group_keys import KeysProcess
from documents.storage.group_scope import enter_group
from documents.storage.ledger import write_line
from documents.storage.space import give_back
from documents.storage.tables import documents, release_recipients, releases, vaults, versions
from documents.use_cases.fail_alone import fail_alone

log = get_logger("bin")


async def destroy_binned_documents(
    unit_of_work: Callable[[], UnitOfWork], store: BlobStore, keys: KeysProcess, at: datetime
) -> int:
    """How many were ended. Stopped anywhere, it goes on the next time: until its last row is gone the document is in
    the bin, and no object is without a row. One that cannot be ended now holds up no other.
    """
    async with unit_of_work() as uow:
        group_ids = list(await uow.session.scalars(select(vaults.c.group_id)))
    ended = 0
    for group_id in group_ids:
        with fail_alone("destroy_binned_documents", group_id=group_id):
            for document_id in await _due(unit_of_work(), group_id, at):
                # The others' keys end on their day all the same.
                with fail_alone("destroy_document", group_id=group_id, document_id=document_id):
                    ended += await destroy_document(unit_of_work(), store, keys, group_id, document_id, at)
    return ended


async def destroy_document(
    uow: UnitOfWork, store: BlobStore, keys: KeysProcess, group_id: UUID, document_id: UUID, at: datetime
) -> bool:
    """Ends one document; of several at once one does it. False where it came back, or is being ended by another."""
    try:
        # In a transaction of its own over there: once it is done nothing opens, whatever becomes of the rest.
        await keys.destroy(group_id, document_id)
    except (NothingHere, NotLongInTheBin):
        log.info("not_to_be_destroyed", document_id=document_id)
        return False
    async with uow:
        await enter_group(uow.session, group_id)
        if not await _hold_destroyed(uow.session, group_id, document_id):
            return False
        columns = versions.c
        of_document = columns.group_id == group_id, columns.document_id == document_id
        objects = select(columns.object_key).where(*of_document, columns.object_key.is_not(None))
        for object_key in (await uow.session.scalars(objects)).all():
            await store.delete(object_key)
        used = await _remove_rows(uow.session, group_id, document_id)
        await write_line(uow.session, group_id, document_id, Act.DESTROYED, at)
        await give_back(uow.session, group_id, used)
    return True


async def _due(uow: UnitOfWork, group_id: UUID, at: datetime) -> list[UUID]:
    columns = documents.c
    async with uow:
        await enter_group(uow.session, group_id)
        due = select(columns.id).where(columns.group_id == group_id, columns.deleted_at < at - BIN_LIFE)
        return list(await uow.session.scalars(due.order_by(columns.id)))


async def _hold_destroyed(session: AsyncSession, group_id: UUID, document_id: UUID) -> bool:
    columns = documents.c
    held = await session.execute(
        select(columns.id)
        .where(columns.group_id == group_id, columns.id == document_id, columns.destroyed_at.is_not(None))
        .with_for_update(skip_locked=True)
    )
    return held.first() is not None


async def _remove_rows(session: AsyncSession, group_id: UUID, document_id: UUID) -> int:
    """How many bytes the versions had that were removed here."""
    released = select(releases.c.id).where(releases.c.group_id == group_id, releases.c.document_id == document_id)
    links = release_recipients.c
    await session.execute(delete(release_recipients).where(links.group_id == group_id, links.release_id.in_(released)))
    of_releases = releases.c.group_id == group_id, releases.c.document_id == document_id
    await session.execute(delete(releases).where(*of_releases))
    of_versions = versions.c.group_id == group_id, versions.c.document_id == document_id
    lengths = await session.scalars(delete(versions).where(*of_versions).returning(versions.c.length))
    used: int = sum(lengths.all())
    await session.execute(delete(documents).where(documents.c.group_id == group_id, documents.c.id == document_id))
    return used
