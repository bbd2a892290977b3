"""What a worker consists of ends when it is told to."""

import asyncio
import os
import signal

from shared.bus.serving import run_until_stopped


async def goes_on_after_a_cancellation(times: int) -> None:
    # As a library does that takes a cancellation for a lost connection.
    for _ in range(times):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    await asyncio.sleep(60)


async def test_a_part_that_swallows_a_cancellation_is_told_again() -> None:
    running = asyncio.create_task(run_until_stopped(goes_on_after_a_cancellation(2), asyncio.sleep(60)))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 30)
