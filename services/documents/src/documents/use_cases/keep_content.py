"""Keeps a version's content: sealed as it streams into the store, then ready in one transaction, or absent (P22)."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from shared.blobs.errors import LengthMismatch
from shared.blobs.store import random_key
from shared.tasks import begun

from documents.domain.document import Version
from documents.domain.errors import LengthDiffers
from documents.storage.contents import note_upload, store_content
from documents.storage.vault import Vault
from documents.use_cases.inspect_content import held_back, look_at_head, look_at_stored, scanned
from documents.use_cases.make_version_ready import give_up, make_version_ready
from documents.use_cases.send_content import Sending, within_deadline


async def keep_content(sending: Sending, content: AsyncIterator[bytes]) -> Version:
    """The ready version. One that was ready before is answered as it is, and `content` is not read.

    Of several at once, one has its effect and all get the same answer. Raises OnlyOfficers, SecondFactorNeeded,
    NothingHere, TypeNotTaken, ArchiveNotTaken, MalwareFound, NotScanned, LengthDiffers, UploadBrokeOff, StoreAway,
    Damaged and what `content` raises; then nothing is visible.
    """
    version = await sending.permitted()
    if version.ready_at is not None:
        return version
    try:
        async with within_deadline():
            head, content = await held_back(content, version.length)
            look_at_head(head, version.length)
            async with aclosing(scanned(sending.scanner, content)) as clean:
                return await _keep(sending, version, head, clean)
    except LengthMismatch as error:
        raise LengthDiffers from error


async def _keep(sending: Sending, version: Version, head: bytes, content: AsyncIterator[bytes]) -> Version:
    uow, store, object_key = sending.uow, sending.store, random_key()
    unwrapping = begun(sending.keys.unwrap(version))
    async with uow:
        await Vault.enter(uow.session, sending.proof)
        await note_upload(uow.session, object_key, version)
    ready_at: datetime | None = None
    try:
        key = await unwrapping
        await store_content(store, object_key, key, version, content)
        await look_at_stored(store, object_key, key, version, head)
        ready_at = await make_version_ready(uow, store, sending.proof, version, object_key)
    finally:
        if ready_at is None:
            await give_up(uow, store, object_key)
    # Where another content won, the answer is about that one.
    return replace(version, object_key=object_key, ready_at=ready_at) if ready_at else await sending.version()
