"""Rounds of one large send each: what it needs dies and comes back until the send has ended, then all is compared."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from shared.testing.victims import Server, Victim

from services.messaging.tests.kill_cases.arrived import Arrived
from services.messaging.tests.kill_cases.counted import IN_HAND, Broken, Counted
from services.messaging.tests.kill_cases.meant import Kind
from services.messaging.tests.kill_cases.sending import Sending, begin
from services.messaging.tests.kill_cases.stage import Stage

MOST_KILLS = 12
BETWEEN_CHANGES_SECONDS = 1.0
MOST_SECONDS_DOWN = 1.0
ALONE = 0.7
LONGEST_SEND_SECONDS = 300
LANES = 7
"""Chunks of a send of 5,000, and so mails in hand of all workers together: as many times 25."""
LANES_OF_ONE = 4


@dataclass
class Rounds:
    """`servers` says how often each is hit, compared with the workers and the relay."""

    stage: Stage
    servers: dict[Server, int]
    mail: Server
    arrived: Arrived
    rng: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    sends: Counter[Kind] = field(default_factory=Counter)
    too_early: int = 0

    async def run(self, kind: Kind, kills: int) -> Counted:
        """One send, with as many kills as there is time for, or so many. Raises Broken."""
        at_work = self.rng.sample(self.stage.workers, self.rng.randint(1, len(self.stage.workers)))
        await asyncio.gather(*(victim.start() for victim in (*at_work, self.stage.relay)))
        sending = await begin(self.stage, kind, random.Random(self.rng.random()))
        victims = dict[Victim, int](self.servers.items())
        victims |= dict.fromkeys(at_work, 6 // len(at_work)) | {self.stage.relay: 1}
        before, over = self.killed.copy(), asyncio.Event()
        async with asyncio.timeout(LONGEST_SEND_SECONDS), asyncio.TaskGroup() as working:
            changing = working.create_task(_until(over, sending.minds.change))
            working.create_task(self._kill(victims, min(kills, MOST_KILLS), over))
            await sending.until_ended()
            over.set()
            await changing
        count = await self._compare(sending)
        self._bound(self.killed - before, count)
        return count

    async def _kill(self, victims: dict[Victim, int], kills: int, over: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as starting:
            for _ in range(kills):
                await asyncio.sleep(self.rng.uniform(0.2, 1.5))
                if over.is_set():
                    return
                (victim,) = self.rng.choices(list(victims), list(victims.values()))
                victim.kill()
                self.killed[victim.name] += 1
                back = starting.create_task(_start(victim, self.rng.uniform(0, MOST_SECONDS_DOWN)))
                if self.rng.random() < ALONE:
                    await back

    async def _compare(self, sending: Sending) -> Counted:
        # So that no mail of a worker who was cut off is still on its way.
        for process in (*self.stage.workers, self.stage.relay):
            process.kill()
        self.mail.kill()
        await self.mail.start()
        count = await sending.compare(self.arrived)
        self.changes.update(sending.minds.changes)
        self.too_early += len(sending.minds.too_early)
        self.sends[sending.kind] += 1
        return count

    def _bound(self, killed: Counter[str], count: Counted) -> None:
        in_flight = {
            "worker": LANES_OF_ONE * IN_HAND, "broker": LANES * IN_HAND, "database": LANES * IN_HAND, "mail": LANES
        }  # fmt: skip
        most = sum(in_flight.get(name, 0) * times for name, times in killed.items())
        if count.counted > most:
            raise Broken(f"{count} after {dict(killed)}: {most} at most were in flight")


async def _start(victim: Victim, after: float) -> None:
    await asyncio.sleep(after)
    await victim.start()


async def _until(stop: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
    while not stop.is_set():
        await act()
        await asyncio.sleep(BETWEEN_CHANGES_SECONDS)
