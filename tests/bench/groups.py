"""The same requests to groups in a country of 1,000 members and in one of 1,000,000, each beside the other."""

import asyncio
import statistics
import sys
import time
from contextlib import ExitStack

from shared.testing.private_servers import PrivateServers

from tests.bench.country.people import GROUPS_PER_WARD, MEMBERS_PER_GROUP
from tests.bench.measure import Result, arguments
from tests.bench.running_groups import RunningGroups, one_country
from tests.bench.statements import statements_of

SMALL, LARGE = range(2), range(2_000)  # wards
ROUNDS = 5
ASKED_A_ROUND = 200
WARMED_UP = 100
GOAL = 1.5
# What is told together: as bad as the worst kind of it.
RATIOS = {"membership": "membership", "directory": "directory_", "pass": "pass"}


class Waits:
    """How long each kind of request took in each round, in a small and in a large country."""

    def __init__(self, small: RunningGroups, large: RunningGroups) -> None:
        self._small, self._large = small, large
        self.kinds = list(small.country.kinds)
        self._p99: dict[str, list[tuple[float, float]]] = {kind: [] for kind in self.kinds}

    def warm_up(self) -> None:
        """Until connections, plans and caches are as they are on any day."""
        for kind in self.kinds:
            self._pairs(kind, WARMED_UP)

    def one_round(self) -> None:
        for kind in self.kinds:
            small, large = zip(*self._pairs(kind, ASKED_A_ROUND), strict=True)
            self._p99[kind].append((p99(small), p99(large)))

    def growth(self, kind: str) -> float:
        """How many times as long the p99 is in the large country: the median of the rounds."""
        return statistics.median(large / small for small, large in self._p99[kind])

    def told(self, kind: str) -> str:
        small, large = zip(*self._p99[kind], strict=True)
        return f"p99 {_told(small)} with 1,000 members, {_told(large)} with 1,000,000"

    def _pairs(self, kind: str, count: int) -> list[tuple[float, float]]:
        # In turn, so that what else the machine does meets both alike.
        return [(self._small.ask(kind), self._large.ask(kind)) for _ in range(count)]


def p99(waits: tuple[float, ...]) -> float:
    return statistics.quantiles(waits, n=100)[-1]


def measure(small: RunningGroups, large: RunningGroups) -> Result:
    """Five rounds of everything, and the statements of each kind of request in both."""
    result, waits = Result("groups"), Waits(small, large)
    waits.warm_up()
    for number in range(ROUNDS):
        tell(f"round {number + 1} of {ROUNDS}")
        waits.one_round()
    for kind in waits.kinds:
        result.details[kind] = f"{waits.told(kind)}: {waits.growth(kind):.2f} times"
    for ratio, beginning in RATIOS.items():
        grown = [waits.growth(kind) for kind in waits.kinds if kind.startswith(beginning)]
        result.add(f"{ratio}_p99_growth", max(grown), GOAL)
    few, many = (asyncio.run(statements_of(each.settings, each.issuer, each.country)) for each in (small, large))
    result.details["statements"] = {kind: {"small": few[kind], "large": many[kind]} for kind in waits.kinds}
    result.add("most_statements_growth", max(many[kind][-1] / few[kind][0] for kind in waits.kinds), 1.0)
    return result


def tell(line: str) -> None:
    # Aside: what is printed is the result alone.
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    options = arguments("groups")
    servers = PrivateServers()
    with ExitStack() as stack:
        stack.callback(servers.stop)
        addresses = servers.start()
        countries = []
        for name, wards in (("small", SMALL), ("large", LARGE)):
            groups, began = len(wards) * GROUPS_PER_WARD, time.perf_counter()
            tell(f"settling {groups * MEMBERS_PER_GROUP:,} members in {groups:,} groups")
            countries.append(stack.enter_context(one_country(addresses, name, wards, lambda line: tell(f"  {line}"))))
            tell(f"  in {time.perf_counter() - began:.0f} s")
        result = measure(*countries)
    result.tell(as_json=options.json)


def _told(p99s: tuple[float, ...]) -> str:
    return f"{1000 * statistics.median(p99s):.1f} ms (from {1000 * min(p99s):.1f} to {1000 * max(p99s):.1f})"


if __name__ == "__main__":
    main()
