"""Attachments: contents sealed in the bucket, each under a key of its own; names and keys sealed here."""

import os
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.blobs.contexts import context
from shared.blobs.sealed import open_sealed, store_sealed
from shared.blobs.store import BlobStore
from sqlalchemy import ColumnElement, Uuid, and_, func, insert, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.authors import Author
from messaging.keyring import Keyring
from messaging.storage.tables import attachments


class Attachment(NamedTuple):
    id: UUID
    name: str
    content_type: str
    length: int
    key: bytes
    object_key: str | None


class Attachments:
    """All attachments; every read for somebody says whose."""

    def __init__(self, session: AsyncSession, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    async def declare(
        self, attachment_id: UUID, by: Author, *, name: str, content_type: str, length: int, now: datetime
    ) -> None:
        row = {
            "id": attachment_id,
            "group_id": by.group_id,
            "organisation_id": by.organisation_id,
            "added_by": by.person_id,
            "sealed_name": self._keyring.seal("attachment name", attachment_id, name.encode()),
            "content_type": content_type,
            "length": length,
            "wrapped_key": self._keyring.seal("attachment key", attachment_id, os.urandom(32)),
            "added_at": now,
        }
        await self._session.execute(insert(attachments).values(row))

    async def own(self, attachment_id: UUID, by: Author) -> Attachment | None:
        found = await self._read(and_(attachments.c.id == attachment_id, *_mine(by)))
        return found[0] if found else None

    async def by_id(self, attachment_id: UUID) -> Attachment | None:
        """Anybody's, for whoever looks whether it opens."""
        found = await self._read(attachments.c.id == attachment_id)
        return found[0] if found else None

    async def of_message(self, message_id: UUID) -> list[Attachment]:
        """In the order in which they were sent."""
        return await self._read(attachments.c.message_id == message_id)

    async def make_ready(self, attachment_id: UUID, object_key: str) -> bool:
        """Gives it its content, once: of several uploads one counts, and this says whether it was this one."""
        ready = update(attachments).where(attachments.c.id == attachment_id, attachments.c.object_key.is_(None))
        return (
            await self._session.execute(ready.values(object_key=object_key).returning(attachments.c.id))
        ).first() is not None

    async def send_with(self, message_id: UUID, attachment_ids: Sequence[UUID], by: Author) -> bool:
        """Binds them to a message, in this order; False where one is not ready, was sent, or is of another owner.

        Whoever of the group's officers, or of the organisation, added it: several may have worked on a draft.
        """
        taken = (
            update(attachments)
            .where(attachments.c.id.in_(attachment_ids), *_of_owner(by))
            .where(attachments.c.message_id.is_(None), attachments.c.object_key.is_not(None))
            .values(
                message_id=message_id,
                place=func.array_position(array(list(attachment_ids), type_=Uuid), attachments.c.id),
            )
            .returning(attachments.c.id)
        )
        return len((await self._session.execute(taken)).all()) == len(attachment_ids)

    async def _read(self, which: ColumnElement[bool]) -> list[Attachment]:
        found = await self._session.execute(select(attachments).where(which).order_by(attachments.c.place))
        return [
            Attachment(
                id=row.id,
                name=self._keyring.open("attachment name", row.id, row.sealed_name).decode(),
                content_type=row.content_type,
                length=row.length,
                key=self._keyring.open("attachment key", row.id, row.wrapped_key),
                object_key=row.object_key,
            )
            for row in found
        ]


def _mine(by: Author) -> list[ColumnElement[bool]]:
    return [attachments.c.added_by == by.person_id, *_of_owner(by)]


def _of_owner(by: Author) -> list[ColumnElement[bool]]:
    return [
        attachments.c.group_id.is_not_distinct_from(by.group_id),
        attachments.c.organisation_id.is_not_distinct_from(by.organisation_id),
    ]


async def store_content(store: BlobStore, object_key: str, attachment: Attachment, plain: AsyncIterator[bytes]) -> None:
    """Seals and stores what streams by. Raises as `store_sealed` does."""
    await store_sealed(store, object_key, attachment.key, _place(attachment), attachment.length, plain)


def open_content(store: BlobStore, attachment: Attachment) -> AsyncGenerator[bytes, None]:
    """The plain bytes of an attachment that is ready. Raises as `open_sealed` does."""
    if attachment.object_key is None:
        raise ValueError("an attachment without content")
    return open_sealed(store, attachment.object_key, attachment.key, _place(attachment), attachment.length)


def _place(attachment: Attachment) -> bytes:
    return context("attachment", attachment.id.bytes, attachment.length)
