"""A resumed upload's parts: what each holds, how it is sealed into the store, how its bytes are known again."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from shared.blobs.chunked import Encryptor
from shared.blobs.contexts import context
from shared.blobs.layout import CHUNK, HEADER, TAG
from shared.blobs.sealed import PIECE
from shared.blobs.store import BlobStore

from documents.domain.document import Version
from documents.domain.errors import TooManyUploads
from documents.storage.contents import place_of
from documents.storage.resumed_uploads import ResumedUpload

CHUNKS: Final = 320
PART: Final = CHUNKS * CHUNK
"""Plain bytes of every part but the last: 5 MiB, the least that an S3 store takes."""


WAIT_SECONDS: Final = 30


class Turns:
    """So many parts are in memory at once, whoever sends them, and no more."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """For one part, from its first byte until it is stored; in the order of coming. Raises TooManyUploads."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError as error:
            raise TooManyUploads from error
        try:
            yield
        finally:
            self._free.release()


def parts_of(length: int) -> int:
    """How many parts a content of so many bytes has; the last may be as long as the others."""
    return max(1, -(-length // PART))


def plain_length(length: int, number: int) -> int:
    """Plain bytes of part `number`, counted from 1."""
    return min(PART, length - (number - 1) * PART)


def kept_bytes(length: int, kept_parts: int) -> int:
    """Plain bytes in so many first parts."""
    return min(length, kept_parts * PART)


async def digest_of(key: bytes, salt: bytes, number: int, plain: bytearray) -> bytes:
    """Which bytes a part holds, for whoever has the version's key, and nothing for anybody else."""
    derived = HKDFExpand(SHA256(), 32, context("part of an upload", salt, number)).derive(key)
    digest = hmac.new(derived, digestmod=sha256)
    for piece in _pieces(plain):
        digest.update(piece)
        await asyncio.sleep(0)
    return digest.digest()


async def store_part(
    store: BlobStore, upload: ResumedUpload, key: bytes, version: Version, number: int, plain: bytearray
) -> str:
    """Seals a part whose digest is noted, and stores it; the store's tag. Raises as `PartedBlobs.put`."""
    last = number == parts_of(version.length)
    sealed = (HEADER if number == 1 else 0) + len(plain) + (len(plain) // CHUNK + last) * TAG
    encryptor = Encryptor(key, place_of(version), upload.salt, (number - 1) * CHUNKS)

    async def pieces() -> AsyncIterator[bytes]:
        if number == 1:
            yield encryptor.header
        for piece in _pieces(plain):
            yield encryptor.update(bytes(piece))
            await asyncio.sleep(0)
        if last:
            yield encryptor.finalize()

    return await store.parted.put(upload.object_key, upload.store_upload_id, number, sealed, pieces())


def _pieces(plain: bytearray) -> Iterator[memoryview]:
    whole = memoryview(plain)
    return (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))
