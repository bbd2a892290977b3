"""Personalised sends with complete records, beside what the same sink takes from nothing but a pipelined connection."""

import asyncio
import math
import secrets
import statistics
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiosmtplib
import psutil  # type: ignore[import-untyped]  # it ships no types
import uvloop
from messaging.bootstrap import open_resources
from messaging.domain.sends import SUB_BATCH
from messaging.settings import Settings
from shared.mail.smtp import OutgoingMail, Relay
from shared.testing.service import Ground
from yarl import URL

from tests.bench.measure import Result, Series, arguments, interleaved, rate
from tests.bench.running_messaging import BODY, Country, Sent, settled, workers
from tests.bench.sinks import NoSink, null_sink, slow_sink

SIZES = (10_000, 100_000, 1_000_000)
BY_TWO = 6_400  # eight chunks: enough for all that two workers have in hand at once
ROUND = SIZES[0]
CONNECTIONS = 10
ROUNDS_BY_TWO = 2
MAIL = (
    "To: resident-1@example.org\r\nFrom: Panel <no-reply@ourwatch.test>\r\nSubject: Van thefts in Mile End\r\n\r\n"
    + BODY.replace("\n", "\r\n") * 2
).encode()


class Fanout:
    """All candidates against one sink."""

    def __init__(self, runner: asyncio.Runner, country: Country, url: str) -> None:
        self._runner, self._country, self._url = runner, country, url

    def ours(self) -> float:
        """Recipients a second of a send of 10,000, from its acceptance until its record is complete."""
        return ROUND / self.send(ROUND).seconds

    def send(self, size: int) -> Sent:
        return self._runner.run(self._country.send(size))

    def limit(self) -> float:
        """Mails a second over ten pipelined connections, the same mail each time, and nothing written down."""
        return self._rate(self._pipelined, ROUND)

    def by_aiosmtplib(self) -> float:
        """Mails a second by aiosmtplib over ten connections, each built for its recipient; nothing written down."""
        return self._rate(self._one_by_one, ROUND // 5)

    def _rate(self, send: Callable[[int], Coroutine[Any, Any, None]], count: int) -> float:
        def once() -> int:
            self._runner.run(send(count))
            return count

        return rate(once, 0.5)

    async def _pipelined(self, count: int) -> None:
        mail = OutgoingMail("no-reply@ourwatch.test", "resident-1@example.org", MAIL)

        async def over_one() -> None:
            async with Relay(self._url).session() as session:
                for _ in range(count // CONNECTIONS // SUB_BATCH):
                    if await session.send_all([mail] * SUB_BATCH) != [None] * SUB_BATCH:
                        raise RuntimeError("the sink did not take a mail")

        await asyncio.gather(*(over_one() for _ in range(CONNECTIONS)))

    async def _one_by_one(self, count: int) -> None:
        address = URL(self._url)

        async def over_one() -> None:
            async with aiosmtplib.SMTP(hostname=address.host, port=address.port) as client:
                for number in range(count // CONNECTIONS):
                    await client.send_message(_personal(number))

        await asyncio.gather(*(over_one() for _ in range(CONNECTIONS)))


def measure(fanout: Fanout, worker: psutil.Process, sizes: tuple[int, ...] = SIZES) -> Result:
    """Rounds of 10,000 beside the limit and the library; then every size once."""
    result = Result("fanout")
    fanout.send(ROUND)  # to warm up
    seen = interleaved({"ours": fanout.ours, "limit": fanout.limit, "aiosmtplib": fanout.by_aiosmtplib})
    for name, series in seen.items():
        result.details[name] = series.told()
    sends, memory = [], []
    for size in sizes:
        before = sum(worker.cpu_times()[:2])
        sends.append(fanout.send(size))
        memory.append(_peak_mib(worker))
        cpu = (sum(worker.cpu_times()[:2]) - before) / size * 1e6
        sent = sends[-1]
        result.details[f"{size:,}"] = (
            f"{size / sent.seconds:.0f} a second, first after {sent.first * 1000:.0f} ms, accepted in "
            f"{sent.accepting:.2f} s, {cpu:.0f} µs of the worker's CPU each, its memory {memory[-1]:.0f} MiB at most"
        )
    result.add("vs_pipelined_limit", _median(seen["ours"]) / _median(seen["limit"]), 0.5)
    result.add("vs_aiosmtplib", _median(seen["ours"]) / _median(seen["aiosmtplib"]), 5)
    result.add("slope", slope([each.recipients for each in sends], [each.seconds for each in sends]), 1.05)
    result.add("first_ms", max(each.first for each in sends) * 1000, 100)
    result.add("memory_growth", memory[-1] / memory[0], 1.2)
    return result


def _personal(number: int) -> EmailMessage:
    # As the library's own examples do: a message for each, with what every recipient has of their own.
    leave = f"http://ourwatch.test/leave?token={secrets.token_urlsafe(64)}"
    mail = EmailMessage()
    mail["From"], mail["To"] = "Panel <no-reply@ourwatch.test>", f"resident-{number}@example.org"
    mail["Subject"], mail["Message-ID"] = "Van thefts in Mile End", f"<{secrets.token_hex(16)}@ourwatch.test>"
    mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{leave}>", "List-Unsubscribe=One-Click"
    mail.set_content(f"{BODY}\n{leave}\n")
    mail.add_alternative(f"<p>{BODY}</p><a href='{leave}'>Leave</a>", subtype="html")
    return mail


def slope(sizes: list[int], seconds: list[float]) -> float:
    """How time grows with size on logarithmic scales: 1 is in proportion."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(each) for each in seconds]).slope


def _by_workers(country: Country, settings: Settings, runner: asyncio.Runner) -> float:
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS_BY_TWO):
        for count, seen in rates.items():
            with workers(settings, count):
                seen.append(BY_TWO / runner.run(country.send(BY_TWO)).seconds)
    return statistics.median(rates[2]) / statistics.median(rates[1])


def _median(series: Series) -> float:
    return series.median


def _peak_mib(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def compared(ground: Ground, settings: Settings, url: str, sizes: tuple[int, ...] = SIZES) -> Result:
    """Everything, over a country that is filled first."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = AsyncExitStack()
        try:
            country = Country(runner.run(opened.enter_async_context(open_resources(settings))), ground)
            print(f"filling a country of {max(sizes):,} mailboxes", file=sys.stderr)
            runner.run(country.settle(sorted({*sizes, ROUND, BY_TWO})))
            with workers(settings) as (worker,):
                result = measure(Fanout(runner, country, url), worker, sizes)
            with slow_sink() as slow:
                two = _by_workers(country, settings.model_copy(update={"smtp_url": slow}), runner)
            result.add("two_workers", two, 1.9)
        finally:
            runner.run(opened.aclose())
    return result


def main() -> int:
    asked = arguments("fanout")
    try:
        with null_sink() as url, settled(url) as (ground, settings):
            result = compared(ground, settings, url)
    except NoSink as missing:
        print(missing, file=sys.stderr)
        return 1
    if asked.peers:
        result.details["mailman"] = "installed, and not measured" if find_spec("mailman") else "not installed"
    result.tell(as_json=asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
