"""Runs what a worker consists of, side by side, until it is told to stop."""

import asyncio
import signal
from collections.abc import Awaitable

from shared.tasks import end


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
        await end([*tasks, stopping])
