"""Contents that go up in parts, and what is left of them."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.bootstrap import Resources
from documents.storage.parts import PART
from shared.blobs.errors import BlobMissing

WRONG_OFFSET = "documents.wrong_offset"


def text(length: int) -> bytes:
    return os.urandom(length // 2 + 1).hex().encode()[:length]


TWO_PARTS_AND_MORE = text(2 * PART + 12_345)


async def together(count: int, make: Callable[[int], Awaitable[httpx.Response]]) -> list[httpx.Response]:
    return list(await asyncio.gather(*(make(number) for number in range(count))))


async def stored_objects(resources: Resources) -> set[str]:
    return {blob.key async for blob in resources.store.list()}


async def row_of(superuser: Any, path: str) -> Any:
    return await superuser.fetchrow("SELECT * FROM resumed_uploads WHERE version_id = $1", UUID(path.split("/")[4]))


async def nothing_under_way(superuser: Any, path: str, *object_keys: str) -> None:
    assert await row_of(superuser, path) is None
    version_id = UUID(path.split("/")[4])
    assert await superuser.fetchval("SELECT count(*) FROM upload_parts WHERE version_id = $1", version_id) == 0
    for key in object_keys:
        assert await superuser.fetchval("SELECT count(*) FROM uploads WHERE object_key = $1", key) == 0


async def parts_are_gone(resources: Resources, row: Any) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b"x"

    with pytest.raises(BlobMissing):
        await resources.store.parted.put(row["object_key"], row["store_upload_id"], 1, 1, nothing())
    with pytest.raises(BlobMissing):
        await resources.store.length(row["object_key"])
