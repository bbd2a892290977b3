"""Looks whether every message and attachment opens, and what lies in the bucket without a row. Reports ids only."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from shared.blobs.errors import BlobMissing, DamagedCiphertext, LengthMismatch
from shared.blobs.store import BlobStore
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from messaging.keyring import Keyring
from messaging.storage.attachments import Attachments, open_content
from messaging.storage.tables import attachments, messages

PAGE = 100


async def fsck(unit_of_work: Callable[[], UnitOfWork], keyring: Keyring, store: BlobStore) -> AsyncIterator[str]:
    """A line for everything that is wrong: what, and the id of a message, an attachment or an object.

    It may run while people work: an upload under way may show as an object without a row, and not the next time.
    """
    # The store first: what becomes an attachment meanwhile is then known by its row.
    stored = {blob.key async for blob in store.list()}
    async for line in _messages(unit_of_work, keyring):
        yield line
    for attachment_id, object_key in await _ready(unit_of_work):
        stored.discard(object_key)
        if (wrong := await _wrong_with(unit_of_work, keyring, store, attachment_id)) is not None:
            yield f"{wrong} {attachment_id}"
    for object_key in sorted(stored):
        yield f"object_without_row {object_key}"


async def _messages(unit_of_work: Callable[[], UnitOfWork], keyring: Keyring) -> AsyncIterator[str]:
    asked = select(messages.c.id, messages.c.sealed_subject, messages.c.sealed_body).order_by(messages.c.id)
    last = None
    while True:
        page = asked.limit(PAGE) if last is None else asked.where(messages.c.id > last).limit(PAGE)
        async with unit_of_work() as uow:
            rows = (await uow.session.execute(page)).all()
        for row in rows:
            try:
                keyring.open("subject", row.id, row.sealed_subject)
                keyring.open("body", row.id, row.sealed_body)
            except InvalidTag:
                yield f"message_does_not_open {row.id}"
        if len(rows) < PAGE:
            return
        last = rows[-1].id


async def _ready(unit_of_work: Callable[[], UnitOfWork]) -> list[tuple[UUID, str]]:
    columns = attachments.c
    async with unit_of_work() as uow:
        ready = select(columns.id, columns.object_key).where(columns.object_key.is_not(None)).order_by(columns.id)
        return [(attachment_id, object_key) for attachment_id, object_key in await uow.session.execute(ready)]


async def _wrong_with(
    unit_of_work: Callable[[], UnitOfWork], keyring: Keyring, store: BlobStore, attachment_id: UUID
) -> str | None:
    try:
        async with unit_of_work() as uow:
            attachment = await Attachments(uow.session, keyring).by_id(attachment_id)
        if attachment is None:
            return None  # gone since
        async for _ in open_content(store, attachment):
            pass
    except InvalidTag:
        return "attachment_key_does_not_open"
    except BlobMissing:
        return "attachment_missing"
    except (DamagedCiphertext, LengthMismatch):
        return "attachment_damaged"
    return None
