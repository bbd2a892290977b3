"""Documents on real servers, with the keys process as a process of its own."""

import asyncio
import hashlib
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
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
from documents.storage.key_messages import DOCUMENTS, KEYS
from documents.worker import QUEUE
from shared.auth.link_texts import seal_for_link
from shared.auth.passes import GroupPass, Right
from shared.auth.principal import Principal
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Outcome
from shared.contracts.envelope import Envelope, Event
from shared.contracts.messaging import ReleaseLink, ReleaseLinksIssued
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.client import AsGateway, service_client, signed
from shared.testing.issuer import Issuer, a_group_pass, a_member
from shared.testing.service import Ground

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

GROUP_NAME = "Mile End & Bow <Panel>"


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
async def no_uploads(superuser: asyncpg.Connection) -> None:
    """Whatever other tests left under way is gone."""
    await superuser.execute("DELETE FROM uploads")


def as_documents(issuer: Issuer, url: str) -> httpx.AsyncClient:
    """A client of the keys process that documents itself could be."""
    return httpx.AsyncClient(base_url=url, auth=AsGateway(issuer, KEYS, DOCUMENTS))


class Actor:
    """Somebody with a session and a pass, who asks through the gateway."""

    def __init__(self, issuer: Issuer, client: httpx.AsyncClient, principal: Principal, proof: GroupPass) -> None:
        self.issuer, self.client, self.principal, self.proof = issuer, client, principal, proof

    @property
    def headers(self) -> dict[str, str]:
        return signed(self.issuer, self.principal, "documents", self.proof)

    async def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        headers = {**self.headers, **asked.pop("headers", {})}
        return await self.client.request(method, f"/groups/{self.proof.group_id}{path}", headers=headers, **asked)

    async def add(self, name: str = "Minutes.pdf", readers: str = "members", **more: Any) -> str:
        """The id of a new document."""
        answer = await self.ask("POST", "/documents", json={"name": name, "readers": readers, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def change(self, document_id: str, **changes: Any) -> Any:
        """The document as it then is."""
        answer = await self.ask("PATCH", f"/documents/{document_id}", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def folder(self, name: str = "Minutes", parent_id: str | None = None) -> str:
        """The id of a new folder."""
        answer = await self.ask("POST", "/folders", json={"name": name, "parent_id": parent_id})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def declare(self, document_id: str, length: int) -> str:
        """The path of a new version's content."""
        answer = await self.ask("POST", f"/documents/{document_id}/versions", json={"length": length})
        assert answer.status_code == 201, answer.text
        return f"/documents/{document_id}/versions/{answer.json()['id']}/content"

    async def put(self, path: str, content: Any) -> httpx.Response:
        return await self.ask("PUT", path, content=content, headers={"content-type": "application/octet-stream"})

    async def patch(self, path: str, offset: int, content: Any, **headers: str) -> httpx.Response:
        """Goes on with an upload from `offset`."""
        sent = {"content-type": "application/partial-upload", "upload-offset": str(offset), "upload-complete": "?0"}
        return await self.ask("PATCH", path, content=content, headers=sent | headers)

    async def kept(self, path: str) -> int:
        """How many bytes of an upload are safely kept."""
        answer = await self.ask("HEAD", path)
        assert answer.status_code == 204
        return int(answer.headers["upload-offset"])

    async def upload(self, content: bytes, name: str = "Minutes.pdf", readers: str = "members") -> str:
        """The path of the content of a new document."""
        path = await self.declare(await self.add(name, readers), len(content))
        answer = await self.put(path, content)
        assert answer.status_code == 200, answer.text
        return path


@dataclass(frozen=True)
class Group:
    """A panel of a chair and a member, and who else may be needed."""

    id: UUID
    issuer: Issuer
    client: httpx.AsyncClient

    def person(self, office: str | None = None, rights: frozenset[Right] | None = None) -> Actor:
        principal = a_member()
        return Actor(
            self.issuer, self.client, principal, a_group_pass(principal, self.id, office=office, rights=rights)
        )

    @property
    def chair(self) -> Actor:
        return self.person("chair")

    @property
    def member(self) -> Actor:
        return self.person()


@pytest.fixture
def new_group(issuer: Issuer, client: httpx.AsyncClient) -> Callable[[], Group]:
    return lambda: Group(new_id(), issuer, client)


@pytest.fixture
def group(new_group: Callable[[], Group]) -> Group:
    return new_group()


@pytest.fixture
def hear(resources: Resources) -> Callable[[Event, UUID], Awaitable[Outcome]]:
    """Hands an event to documents' consumer, as the broker does."""

    async def handle(event: Event, event_id: UUID) -> Outcome:
        consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, resources.settings.amqp_url)
        envelope = Envelope.of(event, event.type.partition(".")[0]).model_copy(update={"event_id": event_id})
        return await consumer.handle(envelope.model_dump_json().encode())

    return handle


@dataclass(frozen=True)
class Link:
    """What a recipient holds."""

    release_id: str
    ref: UUID
    secret: str

    @property
    def page(self) -> str:
        return f"/releases/{self.release_id}?ref={self.ref}&secret={self.secret}"

    @property
    def form(self) -> dict[str, str]:
        return {"ref": str(self.ref), "secret": self.secret}


Forward = Callable[..., Awaitable[list[Link]]]


@pytest.fixture
def forward(hear: Callable[[Event, UUID], Awaitable[Outcome]]) -> Forward:
    """Makes a release of a content path by an actor, with links as messaging makes them."""

    async def release(actor: Actor, path: str, recipients: int = 1, **more: Any) -> list[Link]:
        _, _, document_id, _, version_id, _ = path.split("/")
        body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
        answer = await actor.ask("POST", "/releases", json={**body, **more})
        assert answer.status_code == 201, answer.text
        links = [Link(answer.json()["id"], new_id(), secrets.token_urlsafe(32)) for _ in range(recipients)]
        issued = [
            ReleaseLink(
                recipient_ref=link.ref,
                secret_sha256=hashlib.sha256(link.secret.encode()).hexdigest(),
                sealed_group_name=seal_for_link(link.secret, UUID(link.release_id), link.ref, GROUP_NAME),
            )
            for link in links
        ]
        await hear(
            ReleaseLinksIssued(
                release_id=UUID(answer.json()["id"]), group_id=actor.proof.group_id, links=issued, version=1
            ),
            new_id(),
        )
        return links

    return release


async def together(count: int, make: Callable[[int], Awaitable[httpx.Response]]) -> list[httpx.Response]:
    """So many requests at once."""
    return list(await asyncio.gather(*(make(number) for number in range(count))))
