"""One api process of a service, ready to be asked."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types
from shared.auth import internal
from shared.servers.ports import free_port
from shared.testing.issuer import Issuer

PROOF_SECONDS = 10.0


class Gateway:
    """The gateway's proofs, each made anew every ten seconds: the client's work is not what is measured."""

    def __init__(self, issuer: Issuer, service: str) -> None:
        self._issuer, self._service = issuer, service
        self._proofs: dict[tuple[str, str], tuple[float, str]] = {}

    def headers(self, method: str, target: str) -> dict[str, str]:
        made, proof = self._proofs.get((method, target), (0.0, ""))
        if time.monotonic() - made > PROOF_SECONDS:
            made, proof = time.monotonic(), self._issuer.internal(self._service, method, target)
            self._proofs[method, target] = made, proof
        return {internal.HEADER: proof}


@contextmanager
def one_api(service: str, environment: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """`python -m <service> api` on a port of its own: where it listens, and its process."""
    port = free_port()
    settings = {f"{service.upper()}_PORT": str(port), f"{service.upper()}_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen([sys.executable, "-m", service, "api"], env={**os.environ, **environment, **settings})
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(service, url)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(service: str, url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"{service} did not start")
