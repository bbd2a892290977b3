"""Streams a request to its service and the answer back; no long body is ever held whole."""

import asyncio
from collections.abc import Mapping

import aiohttp
from shared.auth import passes
from shared.http.headers import CORRELATION_HEADER, SOURCE_HEADER
from shared.logging import current_correlation_id
from starlette.datastructures import Headers
from starlette.types import Receive, Send
from yarl import URL

from gateway.domain.cookies import is_ours
from gateway.domain.errors import ServiceUnreachable
from gateway.domain.rows import Row
from gateway.upstream.body import Body, BodyTooLarge, ClientGone, TooSlow
from gateway.upstream.services import Services

_ASKED = (
    *("accept", "accept-language", "content-type", "content-length", "idempotency-key", "range", "if-range"),
    *("upload-offset", "upload-complete"),
)
_NOT_ANSWERED = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "server", "date"}


class Forwarding:
    """One request on its way to its service."""

    def __init__(self, services: Services, row: Row, target: str, headers: Headers, body: Body) -> None:
        self._services = services
        self._row = row
        self._target = target
        self._headers = headers
        self._body = body
        self.has_begun = False

    async def carry(
        self,
        receive: Receive,
        send: Send,
        *,
        source: str,
        access_token: str | None,
        proof: str | None,
        told: Mapping[str, str],
        by_cookie: bool,
    ) -> int:
        """Carries both ways and returns the status. ServiceUnreachable only while nothing was answered yet.

        `told` are headers of the gateway's own. What was asked `by_cookie` is stored by nobody on the way.
        """
        row = self._row
        headers = self._services.headers(row.service, row.method, self._target, access_token)
        headers |= {name: self._headers[name] for name in _ASKED if name in self._headers}
        headers |= told
        if row.service == "identity":
            # For counting guesses; nobody else needs to know where people are.
            headers[SOURCE_HEADER] = source
        if proof is not None:
            headers[passes.HEADER] = proof
        try:
            async with self._services.carrying.request(
                row.method,
                URL(self._services.url(row.service, self._target), encoded=True),
                headers=headers,
                data=self._body.pieces() if self._body.is_announced else None,
                allow_redirects=False,
            ) as answer:
                await self._answer(answer, receive, send, by_cookie=by_cookie)
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error.__cause__, BodyTooLarge | ClientGone | TooSlow):
                raise error.__cause__ from error
            raise ServiceUnreachable from error

    async def _answer(self, answer: aiohttp.ClientResponse, receive: Receive, send: Send, *, by_cookie: bool) -> None:
        headers = [(n.lower(), v) for n, v in answer.raw_headers if self._may_answer(n.lower(), v)]
        if by_cookie:
            # RFC 9111 section 3.5 keeps what was asked with `Authorization` out of shared caches, and no cookie.
            headers = [(n, v) for n, v in headers if n != b"cache-control"] + [(b"cache-control", b"no-store")]
        headers.append((CORRELATION_HEADER.encode(), str(current_correlation_id()).encode()))
        self.has_begun = True
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        hung_up: asyncio.Task[None] | None = None
        try:
            # As it was received: larger pieces would be copied together, and `iter_chunks` never ends an empty answer.
            while not answer.content.at_eof():
                piece, _ = await answer.content.readchunk()
                if not piece:
                    continue  # only the end of a chunk
                # The server takes pieces for somebody who is gone and throws them away, a whole gigabyte if need be.
                if hung_up is not None and hung_up.done():
                    raise ClientGone
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if hung_up is None and self._body.is_read:
                    hung_up = asyncio.create_task(_until_hung_up(receive))
        finally:
            if hung_up is not None:
                hung_up.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _may_answer(self, name: bytes, value: bytes) -> bool:
        if name == b"set-cookie":
            return self._row.service == "identity" and is_ours(value)
        return name.decode("latin-1") not in _NOT_ANSWERED


async def _until_hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
