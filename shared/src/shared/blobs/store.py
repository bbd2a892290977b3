"""An S3 object store, streamed through aiohttp."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientError, ClientResponse

from shared.blobs.connection import Deadlines, StoreConnection, expect
from shared.blobs.errors import BlobMissing, StoreUnavailable
from shared.blobs.listing import StoredBlob, read_page
from shared.blobs.multipart import PartedBlobs
from shared.blobs.signing import Signer

PIECE: Final = 256 * 1024
"""The largest piece, in bytes, that a read hands over."""


class Reading:
    """An open read: iterate it for the bytes, in pieces of PIECE at most."""

    def __init__(self, response: ClientResponse, length: int) -> None:
        self._response = response
        self.length: Final = length
        """Bytes of the whole object, also where a range of it is read."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            # As it was received: larger pieces would be copied together, and `iter_chunks` never ends an empty answer.
            while not self._response.content.at_eof():
                received, _ = await self._response.content.readchunk()
                for at in range(0, len(received), PIECE):
                    yield received[at : at + PIECE]
        except (ClientError, TimeoutError, OSError) as failure:
            raise StoreUnavailable("the store broke off while a blob was read") from failure


class BlobStore:
    """One bucket. Every method raises StoreUnavailable when the store fails, refuses or misses a deadline.

    `url` is the server's, without a path. Keys are made of letters, digits and `-_./`. Redirects and
    proxies are not followed: a blob goes to the address that was configured and to no other.
    """

    def __init__(
        self,
        url: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        *,
        region: str = "us-east-1",
        deadlines: Deadlines | None = None,
        connections: int = 100,
    ) -> None:
        signer = Signer(url, access_key, secret_key, bucket, region)
        self._connection = StoreConnection(signer, deadlines or Deadlines(), connections)
        self.parted: Final = PartedBlobs(self._connection)
        """Blobs that come in parts, over several calls."""

    async def aclose(self) -> None:
        """Closes the connections; a later call opens new ones."""
        await self._connection.aclose()

    async def put(self, key: str, length: int, chunks: AsyncIterator[bytes]) -> None:
        """Stores `length` bytes, holding one piece of the source at a time, and asks the store afterwards
        how many it has. Raises LengthMismatch where the source has more or fewer, and what the source
        raises; after either, no object can be read under the key. The store's deadline stands still while
        the source is waited for: the source has its own. Raises ValueError for a length below 1.
        """
        if length < 1:
            raise ValueError("an empty blob is never stored: a sealed one has 72 bytes at least")
        await self._connection.send(key, length, chunks)
        stored = await self._stored_length(key)
        if stored != length:
            await self.delete(key)
            raise StoreUnavailable(f"the store has {stored} bytes of {length}")

    @asynccontextmanager
    async def get(self, key: str, first: int | None = None, last: int | None = None) -> AsyncIterator[Reading]:
        """Opens the object, or its bytes `first` to `last`, both included. Raises BlobMissing, and
        NoSuchRange where the object ends before `first`.
        """
        ranged = first is not None or last is not None
        headers = {"Range": f"bytes={first or 0}-{'' if last is None else last}"} if ranged else {}
        async with self._connection.call("GET", key, headers=headers) as response:
            expect(response, 206 if ranged else 200)
            yield Reading(response, _whole_length(response, ranged=ranged))

    async def length(self, key: str) -> int:
        """Bytes of the object. Raises BlobMissing."""
        async with self._connection.call("HEAD", key, small=True) as response:
            expect(response, 200)
            return _whole_length(response, ranged=False)

    async def delete(self, key: str) -> None:
        """Removes the object; one that is not there is fine."""
        async with self._connection.call("DELETE", key, small=True) as response:
            if response.status != 404:
                expect(response, 200, 204)

    async def list(self, prefix: str = "", page: int = 1000) -> AsyncIterator[StoredBlob]:
        """Every object whose key begins so, in the order of keys, asked for `page` at a time; what is
        stored or deleted meanwhile may or may not be among them.
        """
        query = {"list-type": "2", "prefix": prefix, "max-keys": str(page)}
        while True:
            async with self._connection.call("GET", "", query=query, small=True) as response:
                expect(response, 200)
                blobs, more = read_page(b"".join([piece async for piece in Reading(response, 0)]))
            for blob in blobs:
                yield blob
            if more is None:
                return
            query["continuation-token"] = more

    async def _stored_length(self, key: str) -> int:
        try:
            return await self.length(key)
        except BlobMissing:
            return 0


def random_key() -> str:
    """A key that says nothing about what it names: 128 random bits in hex, two levels deep so that no
    folder of a store grows large (`ab/cd/abcd…`).
    """
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name}"


def _whole_length(response: ClientResponse, *, ranged: bool) -> int:
    if ranged:
        length = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        length = response.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise StoreUnavailable("the store did not say how long the object is")
    return int(length)
