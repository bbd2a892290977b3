"""Runs what a worker consists of, side by side, until it is told to stop."""

import asyncio
import signal
from collections.abc import Awaitable
from typing import Any

TOLD_AGAIN_SECONDS = 1.0


async def run_until_stopped(*running: Awaitable[None]) -> None:
    """Runs all of them; SIGTERM or SIGINT ends them in order. If one fails, all end and its error is raised."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    tasks = [asyncio.ensure_future(each) for each in running]
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
    finally:
        parts: set[asyncio.Future[Any]] = {*tasks, stopping}  # each gives what it gives
        # Told again until they have ended: a library may take one cancellation for a lost connection, and go on.
        while parts:
            for part in parts:
                part.cancel()
            _, parts = await asyncio.wait(parts, timeout=TOLD_AGAIN_SECONDS)
