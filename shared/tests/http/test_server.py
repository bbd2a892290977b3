"""Bodies as the server hands them on: every byte in its order, and a piece that is alone without a copy."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from shared.http import server
from shared.testing.eventually import eventually
from shared.testing.serving import serving
from starlette.types import Receive, Scope, Send

PIECE = os.urandom(1000)


class Reader:
    """An application that reads a body when it is told to."""

    def __init__(self) -> None:
        self.may_read = asyncio.Event()
        self.read: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        more = True
        while more:
            await self.may_read.wait()
            message = await receive()
            self.read.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


class Came(list[bytes]):
    """What the parser gave, and what the server held of it after each piece."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[type] = []


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> Came:
    pieces = Came()

    class Seen(server._AsSent):
        def on_body(self, body: bytes) -> None:
            pieces.append(body)
            super().on_body(body)
            pieces.held.append(type(self.cycle.body))

    monkeypatch.setattr(server, "_AsSent", Seen)
    return pieces


@asynccontextmanager
async def sending(reader: Reader, length: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A request of which the head has gone, and nothing of its body."""
    async with serving(reader) as url:
        address = urlsplit(url)
        answers, out = await asyncio.open_connection(address.hostname, address.port)
        out.write(head(length))
        try:
            yield answers, out
        finally:
            out.close()
            await out.wait_closed()


def head(length: int) -> bytes:
    return f"PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n".encode()


async def send(out: asyncio.StreamWriter, came: Came, *pieces: bytes) -> None:
    """Each as a piece of its own: the next one goes when the server has the one before."""
    for piece in pieces:
        count = len(came) + 1
        out.write(piece)

        async def there(count: int = count) -> bool:
            return len(came) >= count

        await eventually(there)


async def answered(answers: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(answers.readuntil(b"\r\n\r\n"), 20)


async def test_a_piece_that_is_alone_is_not_copied(came: Came) -> None:
    reader = Reader()
    reader.may_read.set()
    async with sending(reader, 2 * len(PIECE)) as (answers, out):
        for number in range(2):
            await send(out, came, PIECE)

            async def is_read(number: int = number) -> bool:
                return b"".join(reader.read) == PIECE * (number + 1)

            await eventually(is_read)
        assert (await answered(answers)).startswith(b"HTTP/1.1 204")
    assert came.held == [bytes, bytes]
    handed_on = [piece for piece in reader.read if piece]
    assert all(one is other for one, other in zip(handed_on, came, strict=True))


async def test_pieces_that_nobody_reads_yet_are_gathered_in_their_order(came: Came) -> None:
    reader, pieces = Reader(), [bytes([number]) * 10 for number in range(20)]
    async with sending(reader, 200) as (answers, out):
        await send(out, came, *pieces)
        reader.may_read.set()
        assert (await answered(answers)).startswith(b"HTTP/1.1 204")
    assert b"".join(reader.read) == b"".join(pieces)
    # Added to in place: twenty copies of all that came before would cost with its square.
    assert came.held == [bytes, *[bytearray] * 19]
    assert all(type(piece) is bytes for piece in reader.read)


async def test_what_one_request_gathered_is_not_in_the_next(came: Came) -> None:
    reader = Reader()
    async with sending(reader, 20) as (answers, out):
        await send(out, came, b"a" * 10, b"b" * 10)
        reader.may_read.set()
        await answered(answers)
        reader.may_read.clear()
        reader.read.clear()
        out.write(head(10))
        await send(out, came, b"c" * 10)
        reader.may_read.set()
        assert (await answered(answers)).startswith(b"HTTP/1.1 204")
    assert b"".join(reader.read) == b"c" * 10
    assert came.held[-1] is bytes


async def test_a_body_larger_than_is_held_comes_whole(came: Came) -> None:
    reader, whole = Reader(), os.urandom(1 << 20)
    async with sending(reader, len(whole)) as (answers, out):
        out.write(whole)

        async def holds() -> bool:
            return sum(map(len, came)) > 65_536

        await eventually(holds)
        # Nobody reads: the server stops taking from the line.
        reader.may_read.set()
        assert (await answered(answers)).startswith(b"HTTP/1.1 204")
    assert b"".join(reader.read) == whole
