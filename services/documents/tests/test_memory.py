"""Contents stream: a process holds pieces of a file, never the file."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from shared.testing.client import AsGateway

LENGTH = 200 << 20
PIECE = b"0123456789abcdef" * 16384
MOST_GROWTH = 80 << 20


def peak_memory(pid: int) -> int:
    """The most a process has ever held, in bytes (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell how much memory a process has held")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.timeout(300)
async def test_a_file_of_200_mib_passes_through_little_memory(group: Any, served: Any) -> None:
    chair = group.chair

    async def content() -> AsyncIterator[bytes]:
        for _ in range(LENGTH // len(PIECE)):
            yield PIECE

    async with httpx.AsyncClient(
        base_url=served.url, auth=AsGateway(group.issuer, "documents"), timeout=120
    ) as gateway:
        chair.client = gateway
        path = await chair.upload(b"warm") and await chair.declare(await chair.add(), LENGTH)
        before = peak_memory(served.pid)
        assert (await chair.put(path, content())).status_code == 200
        digest = hashlib.sha256()
        target = f"/groups/{group.id}{path}"
        async with gateway.stream("GET", target, headers=chair.headers) as answer:
            async for piece in answer.aiter_bytes():
                digest.update(piece)
    wanted = hashlib.sha256()
    for _ in range(LENGTH // len(PIECE)):
        wanted.update(PIECE)
    assert digest.digest() == wanted.digest()
    assert peak_memory(served.pid) - before < MOST_GROWTH


@pytest.mark.timeout(300)
async def test_an_upload_in_parts_holds_little_more_than_a_part(group: Any, served: Any) -> None:
    chair, length = group.chair, LENGTH // 2

    async def content() -> AsyncIterator[bytes]:
        for _ in range(length // len(PIECE)):
            yield PIECE

    async with httpx.AsyncClient(
        base_url=served.url, auth=AsGateway(group.issuer, "documents"), timeout=120
    ) as gateway:
        chair.client = gateway
        assert await chair.upload(b"warm")
        path = await chair.declare(await chair.add(), length)
        before = peak_memory(served.pid)
        assert (await chair.patch(path, 0, content())).status_code == 200
    assert peak_memory(served.pid) - before < MOST_GROWTH // 2
