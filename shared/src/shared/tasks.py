"""Tasks beside the one that waits for them, and their certain end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any

TOLD_AGAIN_SECONDS = 1.0


@asynccontextmanager
async def running(*parts: Awaitable[object]) -> AsyncIterator[None]:
    """Runs all of them side by side while the block lasts, and ends them with it; what they raise is not told."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield
    finally:
        await end(tasks)


async def end(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancels all of them and returns once they have ended.

    They are told again every second: a library may take a cancellation for a lost connection and go on, and before
    Python 3.12 `asyncio.wait_for` swallows one that comes together with its answer.
    """
    unended = set(tasks)
    while unended:
        for task in unended:
            task.cancel()
        _, unended = await asyncio.wait(unended, timeout=TOLD_AGAIN_SECONDS)
