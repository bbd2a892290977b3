"""What is killed at any moment and comes back: processes of Python, and the servers that they work with."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx

from shared.servers.errors import ServerUnavailable
from shared.servers.mailsink import MailSink
from shared.servers.objectstore import ObjectStore
from shared.servers.postgres import Postgres
from shared.servers.program import Program
from shared.servers.rabbitmq import RabbitMQ

LONGEST_START_SECONDS = 120
PAUSE_SECONDS = 0.1


class Victim(Protocol):
    """Something that runs, and runs again after it was killed."""

    name: str

    def kill(self) -> None:
        """Ends it as a crash would."""
        ...

    async def start(self) -> None:
        """Returns when it is ready; starts it again where it is killed meanwhile. TimeoutError after two minutes."""
        ...


class Process:
    """A process of Python that runs this module; ready as soon as it runs."""

    def __init__(self, name: str, module: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self._program = Program(
            name,
            [sys.executable, "-m", *module],
            log=folder / f"{name}.log",
            environment={**os.environ, **environment},
        )

    def kill(self) -> None:
        self._program.kill()

    async def start(self) -> None:
        self._program.start()


class OwnProcess(Process):
    """`python -m <service> <name>`, ready when it says so on this port."""

    def __init__(self, service: str, name: str, environment: Mapping[str, str], port: int, folder: Path) -> None:
        super().__init__(name, [service, name], environment, folder)
        self.url = f"http://127.0.0.1:{port}"

    async def start(self) -> None:
        async with asyncio.timeout(LONGEST_START_SECONDS), httpx.AsyncClient(timeout=5) as client:
            while True:
                await super().start()
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(PAUSE_SECONDS)


class Server:
    """The store, the database, the broker or the mail server."""

    def __init__(self, name: str, server: ObjectStore | Postgres | RabbitMQ | MailSink) -> None:
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
