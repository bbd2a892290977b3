"""The outbox beside a publisher without a database: events a second, how soon one arrives, and what a writer pays."""

import asyncio
import statistics
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack

import uvloop
from messaging.bootstrap import open_resources

from tests.bench.measure import ROUNDS, Result, Series, arguments, interleaved
from tests.bench.running_messaging import settled, workers
from tests.bench.running_outbox import RunningOutbox

EVENTS = 10_000
SINGLES = 200
WRITERS, TRANSACTIONS = 8, 40


def measure(runner: asyncio.Runner, outbox: RunningOutbox, start_worker: Callable[[], object]) -> Result:
    """A round to warm up and five of each; what was told is counted where it arrives."""
    result = Result("outbox")
    carrying = {
        "relay": lambda: EVENTS / runner.run(outbox.relay(EVENTS)),
        "publisher": lambda: EVENTS / runner.run(outbox.publish(EVENTS)),
    }
    interleaved(carrying, 1)
    rates = interleaved(carrying)
    start_worker()
    writing = {
        "row_and_event": lambda: runner.run(outbox.write(WRITERS, TRANSACTIONS, tells=True)),
        "row": lambda: runner.run(outbox.write(WRITERS, TRANSACTIONS, tells=False)),
    }
    interleaved(writing, 1)
    waits = interleaved(writing)
    arrivals = runner.run(outbox.arrivals(SINGLES))
    result.add("vs_publisher_without_database", rates["relay"].median / rates["publisher"].median, 0.6)
    result.add("p50_ms", statistics.median(arrivals), 5.0)
    result.add("writer_slowdown", _paid(waits, ROUNDS), 1.3)
    result.details |= {name: series.told() for name, series in rates.items()}
    result.details |= {f"{name}_ms": round(series.median, 2) for name, series in waits.items()}
    result.details["p95_ms"] = round(statistics.quantiles(arrivals, n=20)[-1], 2)
    return result


def _paid(waits: dict[str, Series], rounds: int) -> float:
    # Of each round by itself: what else the machine does meets both of its halves alike.
    return statistics.median(waits["row_and_event"].rates[n] / waits["row"].rates[n] for n in range(rounds))


def main() -> int:
    asked = arguments("outbox")
    with (
        settled("smtp://127.0.0.1:9") as (ground, settings),  # no mail is sent
        ExitStack() as running,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        opened = AsyncExitStack()
        resources = runner.run(opened.enter_async_context(open_resources(settings)))
        try:
            outbox = RunningOutbox(resources, ground)
            result = measure(runner, outbox, lambda: running.enter_context(workers(settings)))
        finally:
            runner.run(opened.aclose())
    result.tell(as_json=asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
