"""Blobs that come in parts, on a real store."""

import secrets
from collections.abc import AsyncIterator

import pytest
from shared.blobs.errors import BlobMissing, LengthMismatch
from shared.blobs.layout import HEADER, SEALED_CHUNK
from shared.blobs.multipart import SMALLEST_PART
from shared.blobs.store import BlobStore, random_key

FIRST = secrets.token_bytes(HEADER + 320 * SEALED_CHUNK)
SECOND = secrets.token_bytes(320 * SEALED_CHUNK)
LAST = b"the end"


async def source(whole: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(whole), 100_000):
        yield whole[at : at + 100_000]


async def put(store: BlobStore, key: str, upload_id: str, number: int, part: bytes) -> str:
    return await store.parted.put(key, upload_id, number, len(part), source(part))


async def raw(store: BlobStore, key: str) -> bytes:
    async with store.get(key) as reading:
        return b"".join([piece async for piece in reading])


async def test_parts_become_one_object_in_their_order(store: BlobStore) -> None:
    assert len(SECOND) >= SMALLEST_PART
    key = random_key()
    upload_id = await store.parted.begin(key)
    tags = {n: await put(store, key, upload_id, n, part) for n, part in ((3, LAST), (1, FIRST), (2, SECOND))}
    with pytest.raises(BlobMissing):
        await store.length(key)
    await store.parted.join(key, upload_id, [tags[1], tags[2], tags[3]])
    assert await raw(store, key) == FIRST + SECOND + LAST


async def test_a_part_that_is_stored_again_counts_once(store: BlobStore) -> None:
    key = random_key()
    upload_id = await store.parted.begin(key)
    tags = {await put(store, key, upload_id, 1, FIRST) for _ in range(3)}
    assert len(tags) == 1
    await store.parted.join(key, upload_id, [*tags, await put(store, key, upload_id, 2, LAST)])
    assert await raw(store, key) == FIRST + LAST


async def test_parts_that_are_not_there_are_not_joined(store: BlobStore) -> None:
    key = random_key()
    upload_id = await store.parted.begin(key)
    tag = await put(store, key, upload_id, 1, FIRST)
    for tags in (['"' + "0" * 32 + '"'], [tag, tag]):
        with pytest.raises(BlobMissing):
            await store.parted.join(key, upload_id, tags)
    with pytest.raises(BlobMissing):
        await store.length(key)


async def test_a_part_of_another_length_is_refused(store: BlobStore) -> None:
    key = random_key()
    upload_id = await store.parted.begin(key)
    with pytest.raises(LengthMismatch):
        await store.parted.put(key, upload_id, 1, len(LAST) + 1, source(LAST))
    await store.parted.give_up(key, upload_id)


async def test_what_was_given_up_takes_no_part_and_cannot_be_joined(store: BlobStore) -> None:
    key = random_key()
    upload_id = await store.parted.begin(key)
    tag = await put(store, key, upload_id, 1, LAST)
    await store.parted.give_up(key, upload_id)
    await store.parted.give_up(key, upload_id)
    with pytest.raises(BlobMissing):
        await put(store, key, upload_id, 2, LAST)
    with pytest.raises(BlobMissing):
        await store.parted.join(key, upload_id, [tag])


async def test_every_upload_under_a_key_is_given_up_and_no_other(store: BlobStore) -> None:
    key, other = random_key(), random_key()
    begun = [await store.parted.begin(key) for _ in range(2)]
    apart = await store.parted.begin(other)
    await store.parted.give_up_all(key)
    for upload_id in begun:
        with pytest.raises(BlobMissing):
            await put(store, key, upload_id, 1, LAST)
    await put(store, other, apart, 1, LAST)
    await store.parted.give_up(other, apart)
