"""Removes what uploads that died have left in the store."""

from datetime import timedelta

from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork

from documents.storage.contents import abandoned_upload, settle_upload
from documents.use_cases.make_version_ready import remove_stored


async def clear_abandoned_upload(uow: UnitOfWork, store: BlobStore, age: timedelta) -> bool:
    """Removes what one upload has stored that began, or last went on, longer ago than `age`; whether there was one.

    The row is held meanwhile: an upload that ends or goes on just now finds it gone.
    """
    async with uow:
        object_key = await abandoned_upload(uow.session, age)
        if object_key is None:
            return False
        await remove_stored(store, object_key)
        await settle_upload(uow.session, object_key)
    return True
