"""What is killed at any moment and comes back: documents' own processes, an operator's command, store and database."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx
from shared.servers.errors import ServerUnavailable
from shared.servers.objectstore import ObjectStore
from shared.servers.postgres import Postgres
from shared.servers.program import Program

LONGEST_START_SECONDS = 60
PAUSE_SECONDS = 0.1


class Victim(Protocol):
    """Something that runs, and runs again after it was killed."""

    name: str

    def kill(self) -> None:
        """Ends it as a crash would."""
        ...

    async def start(self) -> None:
        """Returns when it is ready; starts it again where it is killed meanwhile. TimeoutError after a minute."""
        ...


class OwnProcess:
    """`python -m documents <name>`, which answers /health on this port."""

    def __init__(self, name: str, environment: Mapping[str, str], port: int, folder: Path) -> None:
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "documents", name]
        self._program = Program(
            f"documents {name}", command, log=folder / f"{name}.log", environment={**os.environ, **environment}
        )

    def kill(self) -> None:
        self._program.kill()

    async def start(self) -> None:
        async with asyncio.timeout(LONGEST_START_SECONDS), httpx.AsyncClient(timeout=5) as client:
            while True:
                self._program.start()
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(PAUSE_SECONDS)


class Command:
    """`python -m documents <name>`, an operator's command."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.name, self.ended_well = name, 0
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def start(self) -> None:
        """It is run again by whoever runs it."""

    async def run(self) -> None:
        """Once, to whatever end."""
        command, quiet = (sys.executable, "-m", "documents", self.name), asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stdout=quiet, stderr=quiet
        )
        self.ended_well += await self._process.wait() == 0


class Server:
    """The store or the database."""

    def __init__(self, name: str, server: ObjectStore | Postgres) -> None:
        self.name, self._server = name, server

    def kill(self) -> None:
        self._server.kill()

    async def start(self) -> None:
        async with asyncio.timeout(LONGEST_START_SECONDS):
            while True:
                try:
                    # Begun in the thread that lives as long as the server should, waited for in another.
                    if not self._server.is_running:
                        self._server.launch()
                    await asyncio.to_thread(self._server.wait)
                except ServerUnavailable:
                    await asyncio.sleep(PAUSE_SECONDS)  # killed again
                else:
                    return
