"""Messaging's processes as they run in life."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from messaging.settings import Settings
from pydantic import SecretStr
from shared.servers.ports import free_ports
from shared.testing.eventually import answering


@asynccontextmanager
async def running(command: str, settings: Settings, log: Path, **more: str) -> AsyncIterator[None]:
    """`python -m messaging COMMAND` with these settings, until it is told to stop; ready when it is entered."""
    port = free_ports(1)[0]
    told = {
        f"MESSAGING_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump().items()
    }
    environment = {**os.environ, **told, "MESSAGING_PORT": str(port), **more}
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: ASYNC220 - it runs beside the test
            [sys.executable, "-m", "messaging", command], env=environment, stdout=output, stderr=output
        )
    try:
        await answering(f"http://127.0.0.1:{port}/health/ready")
        yield
    finally:
        started.terminate()
        ended = started.wait(20)
    assert ended == 0
