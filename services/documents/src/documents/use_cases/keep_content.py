"""Keeps a version's content: sealed as it streams into the store, then ready in one transaction, or absent (P22)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.blobs.errors import LengthMismatch, StoreUnavailable
from shared.blobs.store import BlobStore, random_key
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

from documents.domain.document import Version
from documents.domain.errors import LengthDiffers, StoreAway, UploadBrokeOff
from documents.domain.ledger import Act
from documents.domain.permissions import need_officer
from documents.storage.contents import note_upload, settle_upload, store_content
from documents.storage.group_keys import GroupKeys
from documents.storage.ledger import write_line
from documents.storage.vault import Vault

LONGEST_UPLOAD_SECONDS = 6 * 3600
log = get_logger("uploads")


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
    version = await _look(uow, proof, document_id, version_id)
    if version.ready_at is not None:
        return version
    key = await keys.unwrap(version)
    object_key = random_key()
    async with uow:
        await note_upload(uow.session, object_key)
    kept = False
    try:
        await _store(store, object_key, key, version, content)
        kept = await _make_ready(uow, proof, version, object_key)
    finally:
        if not kept:
            await _give_up(uow, store, object_key)
    return await _look(uow, proof, document_id, version_id)


async def _look(uow: UnitOfWork, proof: GroupPass, document_id: UUID, version_id: UUID) -> Version:
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        return await vault.version(document_id, version_id)


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


async def _make_ready(uow: UnitOfWork, proof: GroupPass, version: Version, object_key: str) -> bool:
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        won = await vault.make_ready(version, object_key, now())
        if won and not await settle_upload(uow.session, object_key):
            # The worker took it for dead and has removed the object.
            raise StoreAway
        if won:
            await write_line(
                uow.session,
                proof.group_id,
                version.document_id,
                Act.VERSION_ADDED,
                now(),
                person_id=proof.person_id,
                version_id=version.id,
            )
    return won


async def _give_up(uow: UnitOfWork, store: BlobStore, object_key: str) -> None:
    # What cannot be removed now is removed by the worker: its row stays. Where the row is gone although nobody told us
    # (the answer to the commit was lost), the version is ready and the object is its content.
    try:
        async with uow:
            if await settle_upload(uow.session, object_key):
                await store.delete(object_key)
    except Exception as error:  # noqa: BLE001 - the caller's own error is the one to be told
        log.warning("upload_left_behind", error=error)
