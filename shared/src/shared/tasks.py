"""Tasks beside the one that waits for them, and their certain end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

TOLD_AGAIN_SECONDS = 1.0
T = TypeVar("T")


@asynccontextmanager
async def running(*parts: Awaitable[object]) -> AsyncIterator[None]:
    """Runs all of them side by side while the block lasts, and ends them with it; what they raise is not told."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield
    finally:
        await end(tasks)


def begun(part: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Runs it from now on, beside what comes next. What it raises is told to whoever awaits it, and to nobody else: it
    may be that nobody does, so it ends by itself.
    """
    task = asyncio.create_task(part)
    task.add_done_callback(_looked_at)
    return task


def _looked_at(task: asyncio.Task[Any]) -> None:
    # Whoever was to await it may have failed first, which is what is told then.
    if not task.cancelled():
        task.exception()


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
