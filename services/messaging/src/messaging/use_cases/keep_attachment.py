"""A sender declares an attachment, then its content is sealed as it streams into the store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from shared.blobs.errors import LengthMismatch, StoreUnavailable
from shared.blobs.store import BlobStore, random_key
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.logging import get_logger
from shared.mail.message import safe_header

from messaging.domain.authors import Author
from messaging.domain.errors import LengthDiffers, NothingHere, StoreAway, UploadBrokeOff
from messaging.keyring import Keyring
from messaging.storage.attachments import Attachment, Attachments, store_content

LARGEST_BYTES = 25 << 20
LONGEST_UPLOAD_SECONDS = 1800

log = get_logger("uploads")


async def declare_attachment(
    uow: UnitOfWork, keyring: Keyring, by: Author, *, name: str, content_type: str, length: int, now: datetime
) -> UUID:
    """The id under which the content is expected. Raises UnsafeHeader for a name that no mail can carry."""
    attachment_id = new_id()
    async with uow:
        await Attachments(uow.session, keyring).declare(
            attachment_id, by, name=safe_header(name), content_type=content_type, length=length, now=now
        )
    return attachment_id


async def keep_attachment(
    uow: UnitOfWork,
    store: BlobStore,
    keyring: Keyring,
    by: Author,
    attachment_id: UUID,
    content: AsyncIterator[bytes],
) -> None:
    """Keeps the content; an attachment that is ready stays as it is and `content` is not read.

    Raises NothingHere, LengthDiffers, UploadBrokeOff, StoreAway and what `content` raises; then nothing is kept.
    """
    async with uow:
        attachment = await Attachments(uow.session, keyring).own(attachment_id, by)
    if attachment is None:
        raise NothingHere
    if attachment.object_key is not None:
        return
    object_key, kept = random_key(), False
    try:
        await _store(store, object_key, attachment, content)
        async with uow:
            kept = await Attachments(uow.session, keyring).make_ready(attachment_id, object_key)
    finally:
        if not kept:
            await _give_up(store, object_key)


async def _store(store: BlobStore, object_key: str, attachment: Attachment, content: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(LONGEST_UPLOAD_SECONDS):
            await store_content(store, object_key, attachment, content)
    except LengthMismatch as error:
        raise LengthDiffers from error
    except TimeoutError as error:
        raise UploadBrokeOff from error
    except StoreUnavailable as error:
        raise StoreAway from error


async def _give_up(store: BlobStore, object_key: str) -> None:
    try:
        await store.delete(object_key)
    except StoreUnavailable as error:
        log.warning("upload_left_behind", error=error)
