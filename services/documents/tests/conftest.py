"""Documents on real servers, with the keys process as a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from uuid import UUID

import asyncpg
import httpx
import pytest
from documents.app import create_app
from documents.bootstrap import Resources, open_resources
from documents.consumers.subscriptions import SUBSCRIPTIONS
from documents.keys.bootstrap import KeyResources, open_key_resources
from documents.keys.settings import KeysSettings
from documents.settings import DocumentsSettings
from documents.worker import QUEUE
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Outcome
from shared.contracts.envelope import Envelope, Event
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.client import service_client
from shared.testing.issuer import Issuer
from shared.testing.service import Ground

from services.documents.tests.actors import Actor, Group, as_documents
from services.documents.tests.links import GROUP_NAME, Forward, Hear, Link, release
from services.documents.tests.own_processes import (
    Process,
    as_superuser,
    environment_of,
    key_settings_of,
    keys_environment_of,
    ready,
    running,
    settings_of,
)

__all__ = ["GROUP_NAME", "Actor", "Forward", "Group", "Link", "as_documents"]


@pytest.fixture(scope="session")
def ground(ground_of: Callable[..., Ground]) -> Ground:
    return ground_of("documents", roles=("owner", "app", "keys"))


@pytest.fixture(scope="session")
def key_settings(ground: Ground, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> KeysSettings:
    """Of the keys process, and of an operator who works on the same keys."""
    return key_settings_of(ground, issuer, tmp_path_factory.mktemp("documents-keys") / "root")


@pytest.fixture(scope="session")
async def keys_process(key_settings: KeysSettings) -> AsyncIterator[Process]:
    assert key_settings.key_folder is not None
    log = key_settings.key_folder.with_name("log")
    with running("keys", keys_environment_of(key_settings), log, key_settings.port) as process:
        yield await ready(process)


@pytest.fixture(scope="session")
def operate(key_settings: KeysSettings) -> Callable[..., Awaitable[str]]:
    """Runs an operator's command on keys, and gives back what it said."""

    async def run(*command: str, may_fail: bool = False) -> str:
        ran = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "documents",
            *command,
            env={**os.environ, **keys_environment_of(key_settings)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await ran.communicate()
        assert may_fail or ran.returncode == 0
        return said.decode().strip()

    return run


@pytest.fixture(scope="session")
async def key_resources(key_settings: KeysSettings, keys_process: Process) -> AsyncIterator[KeyResources]:
    """What an operator's command on keys works with, beside the running keys process."""
    async with open_key_resources(key_settings) as built:
        yield built


@pytest.fixture(scope="session")
def settings(ground: Ground, issuer: Issuer, keys_process: Process) -> DocumentsSettings:
    return settings_of(ground, issuer, keys_process.url)


@pytest.fixture(scope="module")
async def served(settings: DocumentsSettings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """The api as a real process."""
    port = free_ports(1)[0]
    log = tmp_path_factory.mktemp("documents") / "log"
    with running("api", environment_of(settings, port), log, port) as process:
        yield await ready(process)


@pytest.fixture
def start_api(
    settings: DocumentsSettings, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractAsyncContextManager[Process]]:
    """Starts an api of a test's own, which it may kill."""

    @asynccontextmanager
    async def started() -> AsyncIterator[Process]:
        port = free_ports(1)[0]
        log = tmp_path_factory.mktemp("documents") / "log"
        with running("api", environment_of(settings, port), log, port) as process:
            yield await ready(process)

    return started


@pytest.fixture
async def working(settings: DocumentsSettings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """The worker as a real process; for one test, since its relay takes what other tests find in the outbox."""
    port = free_ports(1)[0]
    log = tmp_path_factory.mktemp("documents-worker") / "log"
    with running("worker", environment_of(settings, port), log, port) as process:
        yield await ready(process)


@pytest.fixture(scope="session")
async def resources(settings: DocumentsSettings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as built:
        yield built


@pytest.fixture(scope="session")
async def client(settings: DocumentsSettings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with service_client(create_app(settings), issuer, "documents") as opened:
        yield opened


@pytest.fixture
async def superuser(ground: Ground) -> AsyncIterator[asyncpg.Connection]:
    """Sees every row of every group, as no role of the service does."""
    connection = await as_superuser(ground)
    yield connection
    await connection.close()


@pytest.fixture
async def uploads_end(superuser: asyncpg.Connection) -> AsyncIterator[None]:
    """Whatever a test leaves under way is gone after it."""
    yield
    await superuser.execute("DELETE FROM uploads")


@pytest.fixture
async def no_uploads(superuser: asyncpg.Connection) -> None:
    """Whatever other tests left under way is gone."""
    await superuser.execute("DELETE FROM uploads")


@pytest.fixture
def new_group(issuer: Issuer, client: httpx.AsyncClient) -> Callable[[], Group]:
    return lambda: Group(new_id(), issuer, client)


@pytest.fixture
def group(new_group: Callable[[], Group]) -> Group:
    return new_group()


@pytest.fixture
def hear(resources: Resources) -> Hear:
    """Hands an event to documents' consumer, as the broker does."""

    async def handle(event: Event, event_id: UUID) -> Outcome:
        consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, resources.settings.amqp_url)
        envelope = Envelope.of(event, event.type.partition(".")[0]).model_copy(update={"event_id": event_id})
        return await consumer.handle(envelope.model_dump_json().encode())

    return handle


@pytest.fixture
def forward(hear: Hear) -> Forward:
    """Makes a release of a content path by an actor, with links as messaging makes them."""
    return partial(release, hear)
