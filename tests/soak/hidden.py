"""Two thousand times a hidden group and, beside it, none: how long each answer takes, over the real port (P14).

What differs is told in medians, so that what else the machine does counts for little; each pair is asked in an order
that is drawn anew.
"""

import asyncio
import random
import statistics
import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import aiohttp
from shared.testing.private_servers import PrivateServers

from tests.soak.hidden_cases.running_groups import RunningGroups, one_groups
from tests.soak.seed import seed_of

PAIRS = 2_000
UNMEASURED = 50
GROUPS = 8
LARGEST_DIFFERENCE_MS = 2.0

# What a stranger may ask of a group, and staff of another area.
ROUTES = {
    "a member's": ("stranger", "/groups/{group}"),
    "a list of members": ("stranger", "/groups/{group}/memberships"),
    "a pass": ("stranger", "/internal/passes"),
    "staff's": ("elsewhere", "/staff/groups/{group}"),
}


@dataclass
class Waits:
    """In milliseconds, of one route."""

    hidden: list[float] = field(default_factory=list)
    missing: list[float] = field(default_factory=list)

    @property
    def difference(self) -> float:
        return statistics.median(self.hidden) - statistics.median(self.missing)


async def ask_pairs(groups: RunningGroups, chance: random.Random) -> dict[str, Waits]:
    """`PAIRS` of each route, all interleaved."""
    hidden = groups.hidden_groups(GROUPS)
    people = {"stranger": groups.stranger, "elsewhere": groups.elsewhere}
    seen = {name: Waits() for name in ROUTES}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as client:

        async def wait(name: str, group: UUID) -> float:
            who, path = ROUTES[name]
            asked = groups.prepared(people[who], path, group)
            began = time.perf_counter()
            async with client.request(**asked) as answer:
                await answer.read()
            waited = (time.perf_counter() - began) * 1000
            if answer.status != 404:
                raise RuntimeError(f"{name}: answered with {answer.status}")
            return waited

        for number in range(-UNMEASURED, PAIRS):
            for name in chance.sample(sorted(ROUTES), len(ROUTES)):
                pair = [(True, chance.choice(hidden)), (False, uuid4())]
                for is_hidden, group in chance.sample(pair, 2):
                    waited = await wait(name, group)
                    if number >= 0:
                        (seen[name].hidden if is_hidden else seen[name].missing).append(waited)
    return seen


def main() -> int:
    seed = seed_of("hidden")
    servers = PrivateServers()
    try:
        with one_groups(servers.start()) as groups:
            seen = asyncio.run(ask_pairs(groups, random.Random(seed)))
    finally:
        servers.stop()
    held = True
    for name, waits in seen.items():
        medians = f"{statistics.median(waits.hidden):.3f} ms hidden, {statistics.median(waits.missing):.3f} ms missing"
        print(f"{name} route, {len(waits.hidden)} pairs: {medians}, {waits.difference:+.3f} ms between them")
        held = held and abs(waits.difference) < LARGEST_DIFFERENCE_MS
    print("Everything held." if held else "It did NOT hold.")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
