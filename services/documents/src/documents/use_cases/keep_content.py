"""Keeps a version's content: sealed as it streams into the store, then ready in one transaction, or absent (P22)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.blobs.errors import LengthMismatch, StoreUnavailable
from shared.blobs.store import BlobStore, random_key
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Version
from documents.domain.errors import LengthDiffers, StoreAway, UploadBrokeOff
from documents.domain.permissions import need_acting_officer
from documents.storage.clamd import Clamd
from documents.storage.contents import note_upload, store_content
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault
from documents.use_cases.inspect_content import held_back, look_at_head, look_at_stored, scanned
from documents.use_cases.make_version_ready import give_up, look_at_version, make_version_ready

LONGEST_UPLOAD_SECONDS = 6 * 3600


async def keep_content(
    uow: UnitOfWork,
    store: BlobStore,
    scanner: Clamd | None,
    keys: GroupKeys,
    actor: Principal,
    proof: GroupPass,
    document_id: UUID,
    version_id: UUID,
    content: AsyncIterator[bytes],
) -> Version:
    """The ready version. One that was ready before is answered as it is, and `content` is not read.

    Of several at once, one has its effect and all get the same answer. Raises OnlyOfficers, SecondFactorNeeded,
    NothingHere, TypeNotTaken, ArchiveNotTaken, MalwareFound, NotScanned, LengthDiffers, UploadBrokeOff, StoreAway and
    what `content` raises; then nothing is visible.
    """
    need_acting_officer(actor, proof, now())
    version = await look_at_version(uow, proof, document_id, version_id)
    if version.ready_at is not None:
        return version
    limit = asyncio.timeout(LONGEST_UPLOAD_SECONDS)
    try:
        async with limit:
            head, content = await held_back(content, version.length)
            look_at_head(head, version.length)
            key = await keys.unwrap(version)
            async with aclosing(scanned(scanner, content)) as clean:
                return await _keep(uow, store, proof, version, key, head, clean)
    except LengthMismatch as error:
        raise LengthDiffers from error
    except TimeoutError as error:
        if not limit.expired():
            raise  # another's deadline: the database's, say
        raise UploadBrokeOff from error
    except StoreUnavailable as error:
        raise StoreAway from error


async def _keep(
    uow: UnitOfWork,
    store: BlobStore,
    proof: GroupPass,
    version: Version,
    key: bytes,
    head: bytes,
    content: AsyncIterator[bytes],
) -> Version:
    object_key = random_key()
    async with uow:
        await Vault.enter(uow.session, proof)
        await note_upload(uow.session, object_key, version)
    kept = False
    try:
        await store_content(store, object_key, key, version, content)
        await look_at_stored(store, object_key, key, version, head)
        kept = await make_version_ready(uow, store, proof, version, object_key)
    finally:
        if not kept:
            await give_up(uow, store, object_key)
    return await look_at_version(uow, proof, version.document_id, version.id)
