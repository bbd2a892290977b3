"""However many send at once, a process holds so many parts of uploads in memory and no more."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from documents.app import create_app
from documents.storage import parts
from documents.storage.parts import PART
from shared.testing.client import service_client

CONTENT = os.urandom(PART).hex().encode()[: PART + 9]


class Slow:
    """A content of which the second half comes when it is told to."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.begun, self.going_on = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._content) // 2
        yield self._content[:half]
        self.begun.set()
        await self.going_on.wait()
        yield self._content[half:]


@pytest.fixture
async def crowded(group: Any, settings: Any, issuer: Any) -> AsyncIterator[Any]:
    """A chair, at an api that holds one part at once."""
    one = settings.model_copy(update={"parts_at_once": 1})
    async with service_client(create_app(one), issuer, "documents") as client:
        yield replace(group, client=client).chair


async def sending(chair: Any, content: Slow) -> tuple[str, asyncio.Task[Any]]:
    path = await chair.declare(await chair.add(), PART)
    task = asyncio.create_task(chair.patch(path, 0, content))
    await content.begun.wait()
    return path, task


async def test_who_comes_next_waits_for_a_turn_and_goes_on(crowded: Any) -> None:
    slow = Slow(CONTENT[:PART])
    first, holding = await sending(crowded, slow)
    path = await crowded.declare(await crowded.add(), len(CONTENT))
    begun = asyncio.Event()

    async def content() -> AsyncIterator[bytes]:
        begun.set()
        yield CONTENT

    waiting = asyncio.create_task(crowded.patch(path, 0, content()))
    # Whole uploads hold no part, and pass by.
    assert await crowded.upload(b"passes by")
    assert not begun.is_set()
    slow.going_on.set()
    assert [(await each).status_code for each in (holding, waiting)] == [200, 200]
    assert (await crowded.ask("GET", first)).content == CONTENT[:PART]
    assert (await crowded.ask("GET", path)).content == CONTENT


async def test_who_waits_too_long_is_told_to_go_on_later(crowded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await crowded.declare(await crowded.add(), len(CONTENT))
    assert (await crowded.patch(path, 0, CONTENT[:PART])).status_code == 204
    slow = Slow(CONTENT[:PART])
    _, holding = await sending(crowded, slow)
    monkeypatch.setattr(parts, "WAIT_SECONDS", 0.1)
    answer = await crowded.patch(path, PART, CONTENT[PART:])
    assert (answer.status_code, answer.json()["code"]) == (503, "documents.too_many_uploads")
    assert answer.headers["retry-after"] == "30"
    assert await crowded.kept(path) == PART
    slow.going_on.set()
    assert (await holding).status_code == 200
    assert (await crowded.patch(path, PART, CONTENT[PART:])).status_code == 200


async def test_a_sender_who_goes_away_gives_its_turn_back(crowded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (CONTENT[:PART] + b"x", CONTENT[: PART - 1]):
        path = await crowded.declare(await crowded.add(), PART)
        await crowded.patch(path, 0, content)
    _, gone = await sending(crowded, Slow(CONTENT[:PART]))
    gone.cancel()
    await asyncio.wait([gone])
    monkeypatch.setattr(parts, "WAIT_SECONDS", 5)
    path = await crowded.declare(await crowded.add(), PART)
    assert (await crowded.patch(path, 0, CONTENT[:PART])).status_code == 200
