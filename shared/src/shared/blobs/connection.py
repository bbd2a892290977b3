"""The way to one bucket of an S3 store: signed calls and streamed bodies through aiohttp, each with its deadline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from shared.blobs.errors import BlobMissing, NoSuchRange, StoreUnavailable
from shared.blobs.signing import Signer
from shared.blobs.source import MeasuredSource


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the store may take, in seconds."""

    connect_s: float = 5
    between_bytes_s: float = 30
    small_call_s: float = 15
    """A whole call that moves no blob: length, delete, one page of a list."""


class StoreConnection:
    """Calls one bucket. Redirects and proxies are not followed: a blob goes to the address that was configured."""

    def __init__(self, signer: Signer, deadlines: Deadlines, connections: int) -> None:
        self._signer = signer
        self._deadlines = deadlines
        self._connections = connections
        self._session: ClientSession | None = None

    async def aclose(self) -> None:
        """Closes the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, key: str, length: int, chunks: AsyncIterator[bytes], query: dict[str, str] | None = None
    ) -> str:
        """Puts `length` bytes there, holding one piece of the source at a time; the store's entity tag. Raises
        LengthMismatch where the source has more or fewer, what the source raises, and StoreUnavailable. The
        store's deadline stands still while the source is waited for: the source has its own.
        """
        stall = asyncio.timeout(None)
        source = MeasuredSource(chunks, length, stall, self._deadlines.between_bytes_s)
        try:
            async with stall, self.call("PUT", key, query=query, data=source.pieces(), length=length) as response:
                expect(response, 200)
                return response.headers.get("ETag", "")
        except StoreUnavailable as failure:
            # aiohttp reports a source that raised as a broken connection; the caller wants the cause.
            raise source.failure or failure from failure
        except TimeoutError as failure:
            raise StoreUnavailable("the store took no more bytes") from failure

    @asynccontextmanager
    async def call(
        self,
        method: str,
        key: str,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        data: AsyncIterator[bytes] | bytes | None = None,
        length: int | None = None,
        small: bool = False,
    ) -> AsyncIterator[ClientResponse]:
        """One call, whatever its answer. Raises StoreUnavailable where there is none."""
        address = self._signer.address(method, key, query or {})
        sent = {"Accept-Encoding": "identity"} | (headers or {})
        if length is not None:
            sent |= {"Content-Length": str(length), "Content-Type": "application/octet-stream"}
        timeout = ClientTimeout(
            total=self._deadlines.small_call_s if small else None,
            connect=self._deadlines.connect_s,
            sock_read=self._deadlines.between_bytes_s,
        )
        try:
            response = await self._opened().request(
                method, address, headers=sent, data=data, timeout=timeout, allow_redirects=False
            )
        except (ClientError, TimeoutError, OSError) as failure:
            raise StoreUnavailable(f"no answer from the store: {type(failure).__name__}") from failure
        async with response:
            yield response

    def _opened(self) -> ClientSession:
        # Made at the first call, because a connector belongs to the loop that runs then.
        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=self._connections), auto_decompress=False)
        return self._session


def expect(response: ClientResponse, *statuses: int) -> None:
    """Raises BlobMissing, NoSuchRange or StoreUnavailable for any other status."""
    if response.status in statuses:
        return
    if response.status == 404:
        raise BlobMissing
    if response.status == 416:
        raise NoSuchRange
    raise StoreUnavailable(f"the store answered {response.status}")
