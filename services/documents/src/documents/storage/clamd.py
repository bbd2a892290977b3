"""ClamAV's daemon: contents stream through it on their way (clamd(8), INSTREAM). It fails closed."""

import asyncio
import io
import math
import time
import zipfile
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

from shared.logging import get_logger

from documents.domain.errors import MalwareFound, NotScanned

SILENCE_SECONDS: Final = 60
ANSWER_SECONDS: Final = 180
"""It scans when it has the whole, and gives up by itself after its MaxScanTime, two minutes."""

CHECKED_FOR_SECONDS: Final = 600
"""How long it is believed to speak up about its limits: it may have been started anew with other settings."""

_CLEAN: Final = b"stream: OK"
_FOUND: Final = b" FOUND"
_PAST_LIMITS: Final = b"Heuristics.Limits.Exceeded"
_DEEPER_THAN_ANY_LIMIT: Final = 120
log = get_logger("clamd")


class Clamd:
    """A daemon at `tcp://host:port` or `unix:///path`. Raises ValueError for any other address."""

    def __init__(self, url: str) -> None:
        self._at = urlsplit(url)
        self._checked_until = -math.inf
        is_tcp = self._at.scheme == "tcp" and self._at.hostname and self._at.port
        if not is_tcp and not (self._at.scheme == "unix" and self._at.path):
            raise ValueError("a scanner is at tcp://host:port or unix:///path")

    async def scanned(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same bytes; it ends by itself only where the daemon called all of them clean. Raises MalwareFound,
        NotScanned for everything else, and what `content` raises.
        """
        if time.monotonic() >= self._checked_until:
            await self.check_limits()
            self._checked_until = time.monotonic() + CHECKED_FOR_SECONDS
        async for piece in self._passed(content):
            yield piece

    async def check_limits(self) -> None:
        """Raises NotScanned unless the daemon speaks up about what it does not look into. An archive nested deeper
        than it can be told to go shows it: without AlertExceedsMax such a thing is called clean.
        """

        async def probe() -> AsyncIterator[bytes]:
            yield _nested(_DEEPER_THAN_ANY_LIMIT)

        try:
            async for _ in self._passed(probe()):
                pass
        except NotScanned as error:
            if isinstance(error.__cause__, PastLimits):
                return
            raise
        log.error("clamd_is_silent_about_limits", needs="AlertExceedsMax yes")
        raise NotScanned

    async def _passed(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                answers, out = await self._connected()
        except (OSError, TimeoutError) as error:
            raise NotScanned from error
        try:
            await _send(out, b"zINSTREAM\0")
            async for piece in content:
                if piece:
                    await _send(out, len(piece).to_bytes(4, "big") + piece)
                    yield piece
            await _send(out, bytes(4))
            _judge(await _answer(answers))
        finally:
            out.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._at.scheme == "unix":
            return await asyncio.open_unix_connection(self._at.path)
        return await asyncio.open_connection(self._at.hostname, self._at.port)


class PastLimits(Exception):
    """The daemon did not look into all of it."""


async def _send(out: asyncio.StreamWriter, sent: bytes) -> None:
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            out.write(sent)
            await out.drain()
    except (OSError, TimeoutError) as error:
        raise NotScanned from error


async def _answer(answers: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return (await answers.readuntil(b"\0"))[:-1]
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise NotScanned from error


def _judge(answer: bytes) -> None:
    if answer == _CLEAN:
        return
    if answer.endswith(_FOUND):
        if _PAST_LIMITS in answer:
            raise NotScanned from PastLimits()
        raise MalwareFound
    log.error("clamd_did_not_scan", answer=answer[:200].decode("ascii", "replace"))
    raise NotScanned


def _nested(depth: int) -> bytes:
    inner = b"nothing"
    for _ in range(depth):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("a.zip", inner)
        inner = outer.getvalue()
    return inner
