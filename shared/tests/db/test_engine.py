"""Connections that died while nobody used them are never given out."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from shared.db import engine as engines
from shared.db.engine import make_engine
from shared.testing.private_servers import Addresses
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


class Line:
    """The network between us and the database, which can fall silent without a word."""

    def __init__(self, host: str, port: int) -> None:
        self._far = host, port
        self._silent = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def fall_silent(self) -> None:
        """What is connected now hears nothing more; who connects from now on does."""
        self._silent.set()
        self._silent = asyncio.Event()

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection(*self._far)
        for source, sink in ((near, to_far), (far, to_near)):
            task = asyncio.create_task(self._carry(source, sink, self._silent))
            self._tasks.add(task)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        try:
            while (said := await source.read(65536)) and not silent.is_set():
                sink.write(said)
            await asyncio.Event().wait() if silent.is_set() else None
        finally:
            sink.close()


@pytest.fixture
async def line(servers: Addresses) -> AsyncIterator[Line]:
    address = urlsplit(servers.database_url("x", "x"))
    line = Line(address.hostname or "", address.port or 0)
    yield line
    await line.close()


@pytest.fixture
async def engine(servers: Addresses, test_worker: str, line: Line) -> AsyncIterator[AsyncEngine]:
    name = f"engine_{test_worker}"
    servers.postgres.ensure_role(name, servers.role_password)
    servers.postgres.ensure_database(name, owner=name)
    url = urlsplit(servers.database_url(name, name))
    port = await line.open()
    engine = make_engine(SecretStr(url._replace(netloc=url.netloc.replace(f":{url.port}", f":{port}")).geturl()), name)
    yield engine
    await engine.dispose()


async def backend_of(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def test_a_connection_is_used_again(engine: AsyncEngine) -> None:
    assert await backend_of(engine) == await backend_of(engine)


async def test_a_connection_that_the_server_closed_is_not_given_out(engine: AsyncEngine) -> None:
    gone = asyncio.Event()
    async with engine.connect() as other:
        async with engine.connect() as one:
            closed = (await one.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            driver = (await one.get_raw_connection()).driver_connection
        assert driver is not None
        driver.add_termination_listener(lambda _: gone.set())
        await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": closed})
        await gone.wait()
        assert await backend_of(engine) != closed


async def test_a_connection_that_fell_silent_while_idle_is_not_given_out(
    engine: AsyncEngine, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "ASK_AFTER_IDLE_SECONDS", 0)
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1)
    silent = await backend_of(engine)
    line.fall_silent()
    assert await backend_of(engine) != silent
