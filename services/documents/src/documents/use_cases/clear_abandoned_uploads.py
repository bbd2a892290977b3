"""Removes what uploads that died have left in the store."""

from datetime import timedelta

from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork

from documents.storage.contents import abandoned_uploads, hold_abandoned, settle_upload
from documents.use_cases.fail_alone import fail_alone
from documents.use_cases.make_version_ready import remove_stored


async def clear_abandoned_uploads(uow: UnitOfWork, store: BlobStore, age: timedelta) -> int:
    """How many were cleared that began, or last went on, longer ago than `age`. Each has a transaction of its own."""
    async with uow:
        object_keys = await abandoned_uploads(uow.session, age)
    cleared = 0
    for object_key in object_keys:
        with fail_alone("clear_abandoned_upload", object_key=object_key):
            cleared += await _clear(uow, store, object_key, age)
    return cleared


async def _clear(uow: UnitOfWork, store: BlobStore, object_key: str, age: timedelta) -> bool:
    async with uow:
        # Held meanwhile: an upload that ends or goes on just now finds its row gone.
        if not await hold_abandoned(uow.session, object_key, age):
            return False
        await remove_stored(store, object_key)
        await settle_upload(uow.session, object_key)
    return True
