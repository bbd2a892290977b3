"""Another client, in a process of its own, so that the crowd's own work does not count as waiting."""

import http.client
import json
import select
import subprocess
import sys
import time
from urllib.parse import urlsplit

PAUSE_SECONDS = 0.02


class Asking:
    """Asks one address again and again until it is told to stop."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.bench.asking"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"url": url, "headers": headers}) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it has had its first answer

    def stop(self) -> list[float]:
        """How long each answer took, in seconds."""
        told, _ = self._process.communicate(timeout=30)
        waits: list[float] = json.loads(told)
        return waits


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    address = urlsplit(asked["url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    waits: list[float] = []
    while True:
        began = time.perf_counter()
        connection.request("GET", address.path, headers=asked["headers"])
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"it was answered with {answer.status}")
        waits.append(time.perf_counter() - began)
        if len(waits) == 1:
            print(flush=True)
        if select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
            break
    print(json.dumps(waits[1:]))


if __name__ == "__main__":
    main()
