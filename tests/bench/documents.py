"""64 MiB up and down through gateway and service, beside the same bytes straight to the same store."""

import hashlib
import secrets
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

from tests.bench.asking import Asking
from tests.bench.measure import Result, Series, arguments, interleaved
from tests.bench.running_documents import RunningDocuments, one_vault
from tests.bench.sealing import HAS_TINK, candidates

LENGTH = 64 << 20
QUIET_SECONDS = 3.0


class Transfers:
    """Each way there and back; every object is held against the digest of what was sent."""

    def __init__(self, running: RunningDocuments, length: int) -> None:
        self._running = running
        self._content = secrets.token_hex(length // 2).encode()  # plain text is taken, and nothing makes it shorter
        self._digest = hashlib.sha256(self._content).digest()
        self._into = bytearray(length)
        self._version = ""
        self._by_minio, self._presigned = running.new_object(), running.new_object()
        self.cpu: dict[str, list[dict[str, float]]] = defaultdict(list)

    def ways(self) -> dict[str, Callable[[], float]]:
        """MiB a second of each. What is got is what was put last."""
        return {name: lambda name=name: self._timed(name) for name in _WAYS}  # type: ignore[misc]

    def put(self) -> None:
        self._version = self._running.put(self._content)

    def get(self) -> None:
        self._running.get(self._version, self._into)

    def put_by_minio(self) -> None:
        self._by_minio = self._running.new_object()
        self._running.put_by_minio(self._by_minio, self._content)

    def get_by_minio(self) -> None:
        self._into[:] = self._running.get_by_minio(self._by_minio)

    def put_presigned(self) -> None:
        self._presigned = self._running.new_object()
        self._running.put_presigned(self._presigned, self._content)

    def get_presigned(self) -> None:
        self._running.get_presigned(self._presigned, self._into)

    def _timed(self, name: str) -> float:
        before, began = self._running.cpu(), time.perf_counter()
        getattr(self, name)()
        passed = time.perf_counter() - began
        after = self._running.cpu()
        gib = len(self._content) / (1 << 30)
        self.cpu[name].append({each: (after[each] - before[each]) / gib for each in after})
        if name.startswith("get"):
            self._check()
        return len(self._content) / (1 << 20) / passed

    def _check(self) -> None:
        if hashlib.sha256(self._into).digest() != self._digest:
            raise RuntimeError("what came back is not what was sent")
        self._into[:] = bytes(len(self._into))


_WAYS = ("put", "put_by_minio", "put_presigned", "get", "get_by_minio", "get_presigned")


def measure(running: RunningDocuments, length: int = LENGTH) -> Result:
    """A round to warm up, five of everything, then somebody else's waits beside uploads."""
    result, transfers = Result("documents"), Transfers(running, length)
    ways = transfers.ways()
    interleaved(ways, 1)
    transfers.cpu.clear()
    seen = interleaved(ways) | interleaved(candidates(secrets.token_bytes(length)))
    for name, series in seen.items():
        result.details[name] = _told(series)
    put, got = seen["put"].median, seen["get"].median
    result.add("put_vs_presigned_put", put / seen["put_presigned"].median, 0.9)
    result.add("put_vs_minio_client", put / seen["put_by_minio"].median, 1.2)
    result.add("get_vs_plain_get", got / seen["get_presigned"].median, 0.5)
    if HAS_TINK:
        result.add("encryption_vs_tink", seen["sealing"].median / seen["sealing_by_tink"].median, 1.0)
    else:
        result.details["missing"] = "tink is not installed: nothing stands beside the encryption"
    result.details["get_vs_minio_client"] = round(got / seen["get_by_minio"].median, 3)
    result.details["cpu_seconds_for_a_gib"] = {name: _middle(transfers.cpu[name]) for name in ways}
    result.details["memory_mib"] = {name: round(held) for name, held in running.memory_mib().items()}
    result.details["others_p95"] = _others(running, transfers)
    return result


def _others(running: RunningDocuments, transfers: Transfers) -> str:
    alone = Asking(*running.list_address())
    time.sleep(QUIET_SECONDS)
    quiet = alone.stop()
    beside = Asking(*running.list_address())
    began = time.perf_counter()
    while time.perf_counter() < began + QUIET_SECONDS:
        transfers.put()
    busy = beside.stop()
    return f"{1000 * _p95(quiet):.1f} ms alone, {1000 * _p95(busy):.1f} ms beside an upload"


def _middle(spent: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in spent), 2) for name in spent[0]}


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


def _told(series: Series) -> str:
    return f"{series.median:.0f} MiB/s (from {min(series.rates):.0f} to {max(series.rates):.0f})"


def main() -> None:
    options = arguments("documents")
    with one_vault() as running:
        result = measure(running)
    result.tell(as_json=options.json)


if __name__ == "__main__":
    main()
