"""Removes what uploads that died have left in the store."""

from datetime import timedelta

from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork

from documents.storage.contents import abandoned_upload, settle_upload


async def clear_abandoned_upload(uow: UnitOfWork, store: BlobStore, age: timedelta) -> bool:
    """Removes one object whose upload began longer ago than `age`; whether there was one.

    The row is held meanwhile: an upload that ends just now finds it gone and does not become ready.
    """
    async with uow:
        object_key = await abandoned_upload(uow.session, age)
        if object_key is None:
            return False
        await store.delete(object_key)
        await settle_upload(uow.session, object_key)
    return True
