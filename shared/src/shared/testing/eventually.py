"""Waiting for a fact that becomes true by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

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
