"""Goes on with an upload that may be cut: part by part, then ready as any other (P22)."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing
from dataclasses import replace

from shared.blobs.errors import BlobMissing
from shared.blobs.layout import SALT, ciphertext_length
from shared.blobs.store import random_key
from shared.errors import Invalid
from shared.logging import get_logger

from documents.domain.document import Version
from documents.domain.errors import LengthDiffers, StoreAway, UploadDiffers, UploadGone, WrongOffset
from documents.domain.kinds import LOOKED_AT
from documents.storage.contents import note_upload, upload_lives
from documents.storage.parts import Turns, digest_of, kept_bytes, parts_of, plain_length, store_part
from documents.storage.resumed_uploads import (
    ResumedUpload,
    begin_resumed,
    keep_part,
    note_part,
    resumed_upload,
    tags_of,
)
from documents.storage.vault import Vault
from documents.use_cases.inspect_content import look_at_head, look_at_stored, scan_stored
from documents.use_cases.look_at_upload import look_at_upload
from documents.use_cases.make_version_ready import give_up, make_version_ready
from documents.use_cases.send_content import Sending, within_deadline

log = get_logger("uploads")


async def append_content(sending: Sending, offset: int, content: AsyncIterator[bytes]) -> Version | None:
    """The ready version once all has come, None before. Whole parts are kept, also where `content` breaks off.

    Of several senders at once one has its part kept, and the others are told how far it came. Raises OnlyOfficers,
    SecondFactorNeeded, NothingHere, WrongOffset for any place but the end of what is kept, UploadDiffers, UploadGone
    where the store has lost what was kept, TypeNotTaken, ArchiveNotTaken, MalwareFound, LengthDiffers, UploadBrokeOff,
    TooManyUploads, StoreAway, Damaged and what `content` raises. After NotScanned all is kept, and sending nothing more
    asks again.
    """
    version = await sending.permitted()
    appending = _Appending(sending, version)
    async with within_deadline():
        upload = await appending.take(offset)
        key = await sending.keys.unwrap(version)
        async with aclosing(_parts(content, version.length, upload.kept_parts, sending.turns)) as parts:
            async for plain in parts:
                upload = await appending.append(upload, key, plain)
        if upload.kept_parts < parts_of(version.length):
            return None
        await appending.finish(upload, key)
    return await sending.version()


class _Appending:
    def __init__(self, sending: Sending, version: Version) -> None:
        self._uow, self._store, self._scanner = sending.uow, sending.store, sending.scanner
        self._proof, self._version = sending.proof, version

    async def take(self, offset: int) -> ResumedUpload:
        length = self._version.length
        kept_parts = parts_of(length) if offset == length else offset // plain_length(length, 1)
        if self._version.ready_at is not None or offset != kept_bytes(length, kept_parts):
            raise await self._wrong_offset()
        upload = await self._under_way()
        if upload is None and offset == 0:
            await self._begin()
            upload = await self._under_way()
        if upload is None or upload.kept_parts != kept_parts:
            raise await self._wrong_offset()
        return upload

    async def append(self, upload: ResumedUpload, key: bytes, plain: bytearray) -> ResumedUpload:
        number = upload.kept_parts + 1
        if number == 1:
            await self._check(upload, self._look_at_head(plain))
        digest = await digest_of(key, upload.salt, number, plain)
        async with self._uow:
            await Vault.enter(self._uow.session, self._proof)
            same = await note_part(self._uow.session, upload, number, digest)
        if same is None:
            raise await self._wrong_offset()
        if not same:
            # The chunks of this part may have been sealed already, and no chunk is sealed twice under one salt.
            await give_up(self._uow, self._store, upload.object_key)
            raise UploadDiffers
        try:
            tag = await store_part(self._store, upload, key, self._version, number, plain)
        except BlobMissing:
            raise await self._gone(upload) from None
        async with self._uow:
            await Vault.enter(self._uow.session, self._proof)
            kept = await upload_lives(self._uow.session, upload.object_key) and await keep_part(
                self._uow.session, upload, number, tag
            )
        if not kept:
            raise await self._wrong_offset()
        return replace(upload, kept_parts=number)

    async def finish(self, upload: ResumedUpload, key: bytes) -> None:
        await self._join(upload)
        await self._check(upload, look_at_stored(self._store, upload.object_key, key, self._version))
        await self._check(upload, scan_stored(self._scanner, self._store, upload.object_key, key, self._version))
        if not await make_version_ready(self._uow, self._store, self._proof, self._version, upload.object_key):
            # Another content won; where it is this very object, its row is settled and nothing is removed.
            await give_up(self._uow, self._store, upload.object_key)
            raise await self._wrong_offset()

    async def _check(self, upload: ResumedUpload, look: Awaitable[None]) -> None:
        try:
            await look
        except Invalid:
            # What is refused once is refused again: nothing of it is kept, and the version can be sent anew.
            await give_up(self._uow, self._store, upload.object_key)
            raise

    async def _look_at_head(self, plain: bytearray) -> None:
        look_at_head(bytes(plain[:LOOKED_AT]), self._version.length)

    async def _join(self, upload: ResumedUpload) -> None:
        async with self._uow:
            await Vault.enter(self._uow.session, self._proof)
            tags = await tags_of(self._uow.session, upload)
        try:
            await self._store.parted.join(upload.object_key, upload.store_upload_id, tags)
        except BlobMissing:
            pass  # joined before: by another sender, or by one that was cut right after
        try:
            stored = await self._store.length(upload.object_key)
        except BlobMissing:
            raise await self._gone(upload) from None
        if stored != ciphertext_length(self._version.length):
            await give_up(self._uow, self._store, upload.object_key)
            raise StoreAway

    async def _begin(self) -> None:
        object_key = random_key()
        async with self._uow:
            await Vault.enter(self._uow.session, self._proof)
            await note_upload(self._uow.session, object_key, self._version)
        begun = False
        try:
            name = await self._store.parted.begin(object_key)
            upload = ResumedUpload(self._version.id, object_key, name, secrets.token_bytes(SALT), 0)
            async with self._uow:
                await Vault.enter(self._uow.session, self._proof)
                begun = await begin_resumed(self._uow.session, self._version, upload)
        finally:
            if not begun:
                await give_up(self._uow, self._store, object_key)

    async def _under_way(self) -> ResumedUpload | None:
        async with self._uow:
            await Vault.enter(self._uow.session, self._proof)
            return await resumed_upload(self._uow.session, self._version)

    async def _gone(self, upload: ResumedUpload) -> WrongOffset | UploadGone:
        if await self._under_way() != upload:
            return await self._wrong_offset()  # another sender has gone on, or ended it
        log.warning("upload_gone", version_id=str(upload.version_id), object_key=upload.object_key)
        await give_up(self._uow, self._store, upload.object_key)
        return UploadGone()

    async def _wrong_offset(self) -> WrongOffset:
        version = self._version
        state = await look_at_upload(self._uow, self._proof, version.document_id, version.id)
        return WrongOffset(state.kept, is_complete=state.is_complete)


async def _parts(
    content: AsyncIterator[bytes], length: int, kept_parts: int, turns: Turns
) -> AsyncGenerator[bytearray, None]:
    held, last = bytearray(), parts_of(length)
    for number in range(kept_parts + 1, last + 1):
        whole = plain_length(length, number)
        async with turns.one():
            # The last part is held until the sender has ended: one that goes on has more than was declared.
            while len(held) < whole + (number == last):
                piece = await anext(content, None)
                if piece is None:
                    break
                held += piece
            if len(held) < whole:
                return
            if number == last and len(held) > whole:
                raise LengthDiffers
            rest = held[whole:]
            del held[whole:]
            yield held
            held = rest
    async for piece in content:
        if piece:
            raise LengthDiffers
