"""Sealed blobs through a real store: nothing readable lies there, nothing damaged comes out."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from shared.blobs.chunked import decrypt, encrypt
from shared.blobs.contexts import context
from shared.blobs.errors import BlobMissing, DamagedCiphertext, LengthMismatch, WrongCommitment
from shared.blobs.layout import CHUNK, ciphertext_length
from shared.blobs.sealed import open_sealed, store_sealed
from shared.blobs.store import BlobStore, random_key
from shared.tasks import begun

DEK = secrets.token_bytes(32)
CONTEXT = context("group", "document", 1)
MINUTES = b"minutes of the panel " * 40_000


async def source(whole: bytes, size: int = 50_000) -> AsyncIterator[bytes]:
    for at in range(0, len(whole), size):
        yield whole[at : at + size]


async def raw(store: BlobStore, key: str) -> bytes:
    async with store.get(key) as reading:
        return b"".join([piece async for piece in reading])


async def opened(
    store: BlobStore,
    key: str,
    length: int,
    first: int | None = None,
    last: int | None = None,
    dek: bytes = DEK,
    bound_to: bytes = CONTEXT,
) -> bytes:
    async with aclosing(open_sealed(store, key, dek, bound_to, length, first, last)) as plain:
        return b"".join([piece async for piece in plain])


async def sealed(store: BlobStore, plain: bytes) -> str:
    key = random_key()
    await store_sealed(store, key, DEK, CONTEXT, len(plain), source(plain))
    return key


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, len(MINUTES)])
async def test_a_sealed_blob_is_read_back(store: BlobStore, length: int) -> None:
    key = await sealed(store, MINUTES[:length])
    assert await opened(store, key, length) == MINUTES[:length]


async def test_nothing_readable_lies_in_the_store(store: BlobStore) -> None:
    stored = await raw(store, await sealed(store, MINUTES))
    assert len(stored) == ciphertext_length(len(MINUTES))
    assert b"minutes" not in stored
    assert decrypt(DEK, CONTEXT, stored) == MINUTES


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (5, 5), (CHUNK - 1, CHUNK), (CHUNK, None), (None, CHUNK), (3 * CHUNK + 1, 5 * CHUNK), (0, None)],
)
async def test_a_range_of_a_sealed_blob_is_the_slice(store: BlobStore, first: int | None, last: int | None) -> None:
    key = await sealed(store, MINUTES)
    expected = MINUTES[first or 0 : len(MINUTES) if last is None else last + 1]
    assert await opened(store, key, len(MINUTES), first, last) == expected


@pytest.mark.parametrize("declared", [len(MINUTES) - 1, len(MINUTES) + 1, 0, CHUNK])
async def test_a_source_of_another_length_than_declared_leaves_no_object(store: BlobStore, declared: int) -> None:
    key = random_key()
    with pytest.raises(LengthMismatch):
        await store_sealed(store, key, DEK, CONTEXT, declared, source(MINUTES))
    with pytest.raises(BlobMissing):
        await store.length(key)


@pytest.mark.parametrize("first", [None, 7])
async def test_another_length_than_the_rows_is_refused_before_the_first_byte(
    store: BlobStore, first: int | None
) -> None:
    key = await sealed(store, MINUTES)
    with pytest.raises(LengthMismatch):
        await anext(open_sealed(store, key, DEK, CONTEXT, len(MINUTES) - 1, first))


@pytest.mark.parametrize("first", [None, 7])
async def test_the_store_is_asked_while_the_key_is_on_its_way(store: BlobStore, first: int | None) -> None:
    never: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    with pytest.raises(BlobMissing):
        async with asyncio.timeout(5):
            await anext(open_sealed(store, random_key(), never, CONTEXT, len(MINUTES), first))


@pytest.mark.parametrize("first", [None, 7])
async def test_a_key_that_does_not_come_is_told_before_the_first_byte(store: BlobStore, first: int | None) -> None:
    stored = await sealed(store, MINUTES)

    async def refused() -> bytes:
        raise PermissionError

    with pytest.raises(PermissionError):
        await anext(open_sealed(store, stored, begun(refused()), CONTEXT, len(MINUTES), first))


@pytest.mark.parametrize("first", [None, 7])
async def test_another_key_or_context_is_refused_before_the_first_byte(store: BlobStore, first: int | None) -> None:
    key = await sealed(store, MINUTES)
    with pytest.raises(WrongCommitment):
        await opened(store, key, len(MINUTES), first, dek=bytes(32))
    with pytest.raises(WrongCommitment):
        await opened(store, key, len(MINUTES), first, bound_to=context("group", "document", 2))


@pytest.mark.parametrize("first", [None, 3 * CHUNK])
async def test_a_blob_that_was_damaged_in_the_store_is_refused(store: BlobStore, first: int | None) -> None:
    cipher = bytearray(encrypt(DEK, CONTEXT, MINUTES))
    cipher[ciphertext_length(5 * CHUNK)] ^= 1
    key = random_key()
    await store.put(key, len(cipher), source(bytes(cipher)))
    with pytest.raises(DamagedCiphertext) as refused:
        await opened(store, key, len(MINUTES), first)
    assert refused.value.chunk == 5


async def test_a_blob_that_is_not_there_is_missing(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        await opened(store, random_key(), 5)
