"""A source of bytes on its way to the store, held to the length that was declared."""

import asyncio
from collections.abc import AsyncIterator

from shared.blobs.errors import LengthMismatch


class MeasuredSource:
    """Passes pieces on and keeps what went wrong in `failure`, because the client in between hides it.

    The last piece is held back until the source has ended: the store makes an object the moment it has
    the declared number of bytes, so a source that then goes on or raises would have made one.
    """

    def __init__(self, chunks: AsyncIterator[bytes], length: int, stall: asyncio.Timeout, stall_s: float) -> None:
        self._chunks = chunks
        self._length = length
        self._stall = stall
        self._stall_s = stall_s
        self.failure: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The source's pieces. Between two of them the store's deadline runs, during them it does not."""
        try:
            async for piece in self._measured():
                self._start_clock()
                yield piece
                self._stall.reschedule(None)
        except Exception as failure:
            self.failure = failure
            raise
        self._start_clock()

    async def _measured(self) -> AsyncIterator[bytes]:
        seen = 0
        held = b""
        async for piece in self._chunks:
            seen += len(piece)
            if seen > self._length:
                raise LengthMismatch(f"the source has more than the {self._length} bytes declared")
            if held and piece:
                yield held
            held = piece or held
        if seen != self._length:
            raise LengthMismatch(f"the source ended after {seen} bytes of {self._length}")
        yield held

    def _start_clock(self) -> None:
        self._stall.reschedule(asyncio.get_running_loop().time() + self._stall_s)
