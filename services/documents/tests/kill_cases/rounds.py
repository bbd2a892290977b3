"""Rounds of work and kills: clients act, something dies and comes back, then everything is compared."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from shared.testing.victims import Victim

from services.documents.tests.kill_cases.checked import Compared
from services.documents.tests.kill_cases.stage import Stage

MOST_SECONDS_DOWN = 1.0
ALONE = 0.7


@dataclass
class Rounds:
    """`victims` says how often each is hit, compared with the others."""

    stage: Stage
    victims: Mapping[Victim, int]
    rng: random.Random
    pause_seconds: tuple[float, float]
    killed: Counter[str] = field(default_factory=Counter)

    async def run(self, kills: int) -> Compared:
        """One round. Raises Broken, in a group with whatever else went wrong."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as working:
            for client in self.stage.clients:
                working.create_task(_until(stop, client.act))
            await self._kill(kills)
            stop.set()
        # So that no request of somebody who went away is still at work.
        self.stage.api.kill()
        self.stage.rotation.kill()
        await self.stage.api.start()
        compared = await self.stage.checker.check()
        await self.stage.rotation.start()
        return compared

    async def _kill(self, kills: int) -> None:
        async with asyncio.TaskGroup() as starting:
            for _ in range(kills):
                await asyncio.sleep(self.rng.uniform(*self.pause_seconds))
                (victim,) = self.rng.choices(list(self.victims), list(self.victims.values()))
                victim.kill()
                self.killed[victim.name] += 1
                back = starting.create_task(_start(victim, self.rng.uniform(0, MOST_SECONDS_DOWN)))
                if self.rng.random() < ALONE:
                    await back


async def _start(victim: Victim, after: float) -> None:
    await asyncio.sleep(after)
    await victim.start()


async def _until(stop: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
    while not stop.is_set():
        await act()
