"""Streams a request to its service and the answer back; no body is ever held whole."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from shared.auth import passes
from shared.http.door import CORRELATION_HEADER
from shared.logging import current_correlation_id
from starlette.datastructures import Headers
from starlette.types import Receive, Send
from yarl import URL

from gateway.domain.errors import ServiceUnreachable
from gateway.domain.rows import BodyLimit, Row
from gateway.upstream.services import Services

PIECE = 64 << 10
_ASKED = ("accept", "accept-language", "content-type", "content-length", "idempotency-key", "range", "if-range")
_NOT_ANSWERED = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "server", "date"}


class BodyTooLarge(Exception):
    """More bytes than the row allows."""


class LengthRequired(Exception):
    """A streamed body says its length first."""


class ClientGone(Exception):
    """Whoever asked has hung up."""


def check_length(row: Row, headers: Headers) -> None:
    """BodyTooLarge or LengthRequired before the first byte is read."""
    length = headers.get("content-length")
    if length is None:
        if "transfer-encoding" in headers and row.body in {BodyLimit.DOCUMENT, BodyLimit.ATTACHMENT}:
            raise LengthRequired
    elif not length.isascii() or not length.isdigit() or int(length) > row.body.value:
        raise BodyTooLarge


class Forwarding:
    """One request on its way to its service."""

    def __init__(self, services: Services, row: Row, target: str, headers: Headers) -> None:
        self._services = services
        self._row = row
        self._target = target
        self._headers = headers
        self._is_read = not self._has_body()
        self.has_begun = False

    async def carry(self, receive: Receive, send: Send, access_token: str | None, proof: str | None) -> int:
        """Carries both ways and returns the status. ServiceUnreachable only while nothing was answered yet."""
        row = self._row
        headers = self._services.headers(row.service, row.method, self._target, access_token)
        headers |= {name: self._headers[name] for name in _ASKED if name in self._headers}
        if proof is not None:
            headers[passes.HEADER] = proof
        try:
            async with self._services.session.request(
                row.method,
                URL(self._services.url(row.service, self._target), encoded=True),
                headers=headers,
                data=self._body(receive) if self._has_body() else None,
                allow_redirects=False,
            ) as answer:
                await self._answer(answer, receive, send)
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error.__cause__, BodyTooLarge | ClientGone):
                raise error.__cause__ from error
            raise ServiceUnreachable from error

    def _has_body(self) -> bool:
        return "transfer-encoding" in self._headers or self._headers.get("content-length", "0") != "0"

    async def _body(self, receive: Receive) -> AsyncIterator[bytes]:
        carried, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece: bytes = message.get("body", b"")
            carried += len(piece)
            if carried > self._row.body.value:
                raise BodyTooLarge
            if piece:
                yield piece
            more = message.get("more_body", False)
        self._is_read = True

    async def _answer(self, answer: aiohttp.ClientResponse, receive: Receive, send: Send) -> None:
        headers = [(n.lower(), v) for n, v in answer.raw_headers if n.lower().decode("latin-1") not in _NOT_ANSWERED]
        headers.append((CORRELATION_HEADER.encode(), str(current_correlation_id()).encode()))
        self.has_begun = True
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        hung_up: asyncio.Task[None] | None = None
        try:
            async for piece in answer.content.iter_chunked(PIECE):
                # The server takes pieces for somebody who is gone and throws them away, a whole gigabyte if need be.
                if hung_up is not None and hung_up.done():
                    raise ClientGone
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if hung_up is None and self._is_read:
                    hung_up = asyncio.create_task(_until_hung_up(receive))
        finally:
            if hung_up is not None:
                hung_up.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
