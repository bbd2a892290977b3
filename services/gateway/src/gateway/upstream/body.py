"""What a client sends: counted, waited for with a deadline, never held whole if it is long."""

import asyncio
import math
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Receive

from gateway.domain.rows import BodyLimit, Row
from gateway.upstream.limits import Limits

PIECE = 64 << 10
_FILES = {BodyLimit.ATTACHMENT, BodyLimit.DOCUMENT}


class BodyTooLarge(Exception):
    """More bytes than the row allows."""


class LengthRequired(Exception):
    """A streamed body says its length first."""


class ClientGone(Exception):
    """Whoever asked has hung up."""


class TooSlow(Exception):
    """Whoever asked announced a body and keeps us waiting for it."""


def check_length(row: Row, headers: Headers) -> None:
    """BodyTooLarge or LengthRequired before the first byte is read."""
    length = headers.get("content-length")
    if length is None:
        if "transfer-encoding" in headers and row.body in _FILES:
            raise LengthRequired
    elif not length.isascii() or not length.isdigit() or int(length) > row.body.value:
        raise BodyTooLarge


class Body:
    """The body of one request. Reading it raises BodyTooLarge, ClientGone or TooSlow."""

    def __init__(self, receive: Receive, row: Row, headers: Headers, limits: Limits) -> None:
        self._receive = receive
        self._most = row.body.value
        self._is_file = row.body in _FILES
        self._piece_seconds = limits.piece_seconds
        self._seconds_left = math.inf if self._is_file else limits.body_seconds
        self._held: list[bytes] = []
        self._counted = 0
        self.is_announced = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        self.is_read = not self.is_announced

    async def begin(self) -> None:
        """Waits for the first 64 KiB of what is no file, so that a silent client takes nothing from any service."""
        while not self._is_file and not self.is_read and self._counted < PIECE:
            self._held.append(await self._next())

    async def pieces(self) -> AsyncIterator[bytes]:
        """The whole body, once."""
        while self._held or not self.is_read:
            # An empty piece would end a chunked body before its time.
            if piece := self._held.pop(0) if self._held else await self._next():
                yield piece

    async def _next(self) -> bytes:
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        try:
            async with asyncio.timeout(min(self._piece_seconds, self._seconds_left)):
                message = await self._receive()
        except TimeoutError as error:
            # Not a TimeoutError: the connection to the service would take that for its own.
            raise TooSlow from error
        # Only the client's time counts, not the time that a service takes to read.
        self._seconds_left -= loop.time() - began_at
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece: bytes = message.get("body", b"")
        self._counted += len(piece)
        if self._counted > self._most:
            raise BodyTooLarge
        self.is_read = not message.get("more_body", False)
        return piece
