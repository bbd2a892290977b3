"""Waiting for a fact that becomes true by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

Fact = TypeVar("Fact")


async def eventually(look: Callable[[], Awaitable[Fact | None]], *, within: float = 30, every: float = 0.05) -> Fact:
    """Looks until the answer is true, and returns it; AssertionError with the last answer after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        seen = await look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"still {seen!r} after {within} s"
        await asyncio.sleep(every)


async def answering(url: str) -> None:
    """Returns once something listens there and answers with 200; AssertionError after a minute."""
    async with httpx.AsyncClient() as client:

        async def answers() -> bool:
            try:
                return (await client.get(url)).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, within=60)
