"""Keeps a version's content: sealed as it streams into the store, then ready in one transaction, or absent (P22)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.blobs.errors import LengthMismatch, StoreUnavailable
from shared.blobs.store import BlobStore, random_key
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Version
from documents.domain.errors import LengthDiffers, StoreAway, UploadBrokeOff
from documents.domain.permissions import need_officer
from documents.storage.contents import note_upload, store_content
from documents.storage.group_keys import GroupKeys
from documents.use_cases.make_version_ready import give_up, look_at_version, make_version_ready

LONGEST_UPLOAD_SECONDS = 6 * 3600


async def keep_content(
    uow: UnitOfWork,
    store: BlobStore,
    keys: GroupKeys,
    proof: GroupPass,
    document_id: UUID,
    version_id: UUID,
    content: AsyncIterator[bytes],
) -> Version:
    """The ready version. One that was ready before is answered as it is, and `content` is not read.

    Of several at once, one has its effect and all get the same answer. Raises OnlyOfficers, NothingHere,
    LengthDiffers, UploadBrokeOff, StoreAway and what `content` raises; then nothing is visible.
    """
    need_officer(proof)
    version = await look_at_version(uow, proof, document_id, version_id)
    if version.ready_at is not None:
        return version
    key = await keys.unwrap(version)
    object_key = random_key()
    async with uow:
        await note_upload(uow.session, object_key)
    kept = False
    try:
        await _store(store, object_key, key, version, content)
        kept = await make_version_ready(uow, store, proof, version, object_key)
    finally:
        if not kept:
            await give_up(uow, store, object_key)
    return await look_at_version(uow, proof, document_id, version_id)


async def _store(
    store: BlobStore, object_key: str, key: bytes, version: Version, content: AsyncIterator[bytes]
) -> None:
    try:
        async with asyncio.timeout(LONGEST_UPLOAD_SECONDS):
            await store_content(store, object_key, key, version, content)
    except LengthMismatch as error:
        raise LengthDiffers from error
    except TimeoutError as error:
        raise UploadBrokeOff from error
    except StoreUnavailable as error:
        raise StoreAway from error
