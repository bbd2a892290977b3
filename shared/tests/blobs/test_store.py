"""The store against a real SeaweedFS, and against servers that break off or fall silent."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from shared.blobs.connection import Deadlines
from shared.blobs.errors import BlobMissing, LengthMismatch, NoSuchRange, StoreUnavailable
from shared.blobs.source import MeasuredSource
from shared.blobs.store import BlobStore, random_key

MIB = 1024 * 1024


async def source(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def read(store: BlobStore, key: str, first: int | None = None, last: int | None = None) -> bytes:
    async with store.get(key, first, last) as reading:
        return b"".join([piece async for piece in reading])


async def test_what_was_put_is_read_back(store: BlobStore) -> None:
    key = random_key()
    pieces = [bytes([n]) * MIB for n in range(20)]
    await store.put(key, 20 * MIB, source(*pieces))
    assert await store.length(key) == 20 * MIB
    assert await read(store, key) == b"".join(pieces)


async def test_a_range_is_read_and_the_whole_length_told(store: BlobStore) -> None:
    key = random_key()
    await store.put(key, 10, source(b"01234", b"", b"56789"))
    assert await read(store, key, 2, 6) == b"23456"
    assert await read(store, key, 7) == b"789"
    assert await read(store, key, last=3) == b"0123"
    async with store.get(key, 0, 0) as reading:
        assert reading.length == 10
    with pytest.raises(NoSuchRange):
        await read(store, key, 10, 12)


@pytest.mark.parametrize("pieces", [[b"short"], [b"x" * 9, b"xx"], [b"x" * 10, b"x"], [b"x" * 11], []])
async def test_a_source_of_another_length_leaves_no_object(store: BlobStore, pieces: list[bytes]) -> None:
    key = random_key()
    with pytest.raises(LengthMismatch):
        await store.put(key, 10, source(*pieces))
    with pytest.raises(BlobMissing):
        await store.length(key)
    with pytest.raises(BlobMissing):
        await read(store, key)


@pytest.mark.parametrize("sent", [0, MIB, 5 * MIB])
async def test_a_source_that_raises_leaves_no_object(store: BlobStore, sent: int) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * sent
        raise ConnectionAbortedError("the member closed the browser")

    key = random_key()
    with pytest.raises(ConnectionAbortedError, match="browser"):
        await store.put(key, 5 * MIB, broken())
    with pytest.raises(BlobMissing):
        await store.length(key)


async def test_a_deleted_blob_is_missing_and_a_missing_one_may_be_deleted(store: BlobStore) -> None:
    key = random_key()
    await store.put(key, 1, source(b"x"))
    await store.delete(key)
    await store.delete(key)
    with pytest.raises(BlobMissing):
        await store.length(key)


async def test_a_list_has_every_blob_under_the_prefix(store: BlobStore) -> None:
    keys = {f"listed/{random_key()}" for _ in range(5)}
    for key in keys:
        await store.put(key, 3, source(b"abc"))
    await store.put(f"other/{random_key()}", 3, source(b"abc"))
    listed = [blob async for blob in store.list("listed/", page=2)]
    assert {blob.key for blob in listed} == keys
    assert {blob.length for blob in listed} == {3}
    assert all(blob.modified_at.tzinfo for blob in listed)


async def test_a_wrong_credential_opens_nothing(store: BlobStore, connect: Callable[..., BlobStore]) -> None:
    key = random_key()
    await store.put(key, 1, source(b"x"))
    stranger = connect(secret_key="another secret")
    with pytest.raises(StoreUnavailable, match="403"):
        await read(stranger, key)
    with pytest.raises(StoreUnavailable, match="403"):
        await stranger.put(random_key(), 5 * MIB, source(*[b"x" * MIB] * 5))


def test_random_keys_say_nothing_and_differ() -> None:
    keys = {random_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}", key) for key in keys)


@asynccontextmanager
async def listener(answer: bytes, *, reads: bool = True) -> AsyncIterator[BlobStore]:
    closing = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reads:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        await closing.wait()
        writer.close()

    # A small buffer, so that a store that reads nothing is noticed by a small blob.
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024)
    port = server.sockets[0].getsockname()[1]
    deadlines = Deadlines(connect_s=5, between_bytes_s=0.3, small_call_s=0.3)
    store = BlobStore(f"http://127.0.0.1:{port}", "key", "secret", "blobs", deadlines=deadlines)
    try:
        yield store
    finally:
        await store.aclose()
        closing.set()
        server.close()


async def test_a_store_that_is_not_there_is_unavailable() -> None:
    store = BlobStore("http://127.0.0.1:1", "key", "secret", "blobs")
    with pytest.raises(StoreUnavailable):
        await store.length("a")
    await store.aclose()


async def test_a_store_that_never_answers_is_unavailable() -> None:
    async with listener(b"") as silent:
        with pytest.raises(StoreUnavailable):
            await silent.length("a")
        with pytest.raises(StoreUnavailable):
            await silent.delete("a")
        with pytest.raises(StoreUnavailable):
            await read(silent, "a")
        with pytest.raises(StoreUnavailable):
            await silent.put("a", 1, source(b"x"))


async def test_a_store_that_falls_silent_in_a_blob_is_unavailable() -> None:
    async with listener(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") as silent:
        with pytest.raises(StoreUnavailable):
            await read(silent, "a")


async def test_a_store_that_takes_no_more_bytes_is_unavailable() -> None:
    async with listener(b"", reads=False) as stuck:
        with pytest.raises(StoreUnavailable, match="took no more"):
            await stuck.put("a", 64 * MIB, source(*[b"x" * MIB] * 64))


async def test_the_stores_deadline_stands_still_while_the_source_is_waited_for() -> None:
    stall = asyncio.timeout(None)
    during_source: list[float | None] = []

    async def watched() -> AsyncIterator[bytes]:
        for _ in range(3):
            during_source.append(stall.when())
            yield b"x"
        during_source.append(stall.when())

    async with stall:
        async for _ in MeasuredSource(watched(), 3, stall, 60).pieces():
            assert stall.when() is not None
        assert stall.when() is not None
    assert during_source == [None] * 4
