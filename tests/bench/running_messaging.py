"""Messaging's own workers over a country of mailboxes, and messages that are accepted for so many of them."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types
from messaging.bootstrap import Resources
from messaging.domain.audience import Audience, members_of
from messaging.domain.message_types import MessageType
from messaging.domain.written import Written
from messaging.keyring import Keyring, make_keys
from messaging.settings import Settings
from messaging.use_cases.send_message import send_message
from pydantic import SecretStr
from shared.auth.passes import GroupPass, Right
from shared.clock import now
from shared.ids import new_id, timeless_id
from shared.servers.ports import free_port
from shared.testing.issuer import Issuer
from shared.testing.private_servers import PrivateServers
from shared.testing.service import Ground, prepare

BODY = "There were three van thefts this week. Please lock your van, and tell us what you saw.\n\n" * 12
LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Sent:
    """How a send of that size went: seconds until its record was complete, and until the first mails were in it."""

    recipients: int
    accepting: float
    first: float
    seconds: float


class Country:
    """One group for each size, whose members are the first so many of the same mailboxes."""

    def __init__(self, resources: Resources, ground: Ground) -> None:
        self._resources = resources
        self._url = ground.owner_database_url.replace("+asyncpg", "")
        self.chair = new_id()
        self._groups: dict[int, UUID] = {}

    async def settle(self, sizes: list[int]) -> None:
        """Fills what is known of people and memberships, as events would have."""
        keyring: Keyring = self._resources.keyring
        people = [self.chair, *(timeless_id() for _ in range(max(sizes) - 1))]
        connection = await asyncpg.connect(self._url)
        try:
            await _copy(connection, "known_persons", ("id", "display_name", "state", "area", "version"), (
                (person, "Resident", "active", "E05009326", 1) for person in people
            ))  # fmt: skip
            addresses = (f"resident-{number}@example{number % 97}.org" for number in range(len(people)))
            await _copy(connection, "known_contacts", ("id", "email", "tag", "version"), (
                (person, address, keyring.mailbox_tag(address), 1)
                for person, address in zip(people, addresses, strict=True)
            ))  # fmt: skip
            for size in sizes:
                group_id = self._groups[size] = new_id()
                await _copy(
                    connection,
                    "known_groups",
                    ("id", "kind", "name", "visibility", "area", "state", "version"),
                    [(group_id, "ward_panel", "Mile End Panel", "hidden", "E05009326", "active", 1)],
                )
                await _copy(connection, "known_memberships", ("id", "group_id", "person_id", "state", "version"), (
                    (timeless_id(), group_id, person, "active", 1) for person in people[:size]
                ))  # fmt: skip
            await connection.execute("VACUUM ANALYZE")
        finally:
            await connection.close()

    async def accept(self, size: int) -> UUID:
        """A message to the group of that size; its id, which is its send's too."""
        proof = GroupPass(self.chair, self._groups[size], "chair", frozenset({Right.OFFICER}), 1)
        audience = Audience([members_of(self._groups[size])])
        written = Written("Van thefts in Mile End", BODY, MessageType.GROUP_NEWS, audience)
        resources = self._resources
        return (await send_message(resources.unit_of_work(), resources.keyring, proof, written, now=now())).id

    async def send(self, size: int) -> Sent:
        """Accepts one and waits until each of its deliveries has ended. Raises where one was not sent."""
        connection = await asyncpg.connect(self._url)
        try:
            began = time.perf_counter()
            send_id = await self.accept(size)
            accepted = time.perf_counter()
            first: float | None = None
            open_chunks = "SELECT count(*) FROM chunks WHERE send_id = $1 AND done_at IS NULL"
            any_sent = "SELECT EXISTS (SELECT FROM deliveries WHERE send_id = $1 AND state = 'sent')"
            while await connection.fetchval(open_chunks, send_id):
                if first is None and await connection.fetchval(any_sent, send_id):
                    first = time.perf_counter() - accepted
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            seconds = time.perf_counter() - accepted
            query = "SELECT count(*) FROM deliveries WHERE send_id = $1 AND state = 'sent' AND repeats = 0"
            sent = await connection.fetchval(query, send_id)
            if sent != size:
                raise RuntimeError(f"of {size} recipients {sent} have one copy")
            return Sent(size, accepted - began, first if first is not None else seconds, seconds)
        finally:
            await connection.close()


@contextmanager
def settled(smtp_url: str) -> Iterator[tuple[Ground, Settings]]:
    """Servers as in life, with messaging's database of its own; nothing in it yet."""
    servers = PrivateServers(durable=True)
    with ExitStack() as stack:
        stack.callback(servers.stop)
        addresses = servers.start()
        ground = prepare(addresses, "messaging", "fanout")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        issuer = Issuer(folder)
        keys = folder / "messaging"
        make_keys(keys, issuer.trust_folder)
        yield (
            ground,
            Settings(
                public_url="http://ourwatch.test",
                trust_folder=issuer.trust_folder,
                database_url=SecretStr(ground.database_url),
                amqp_url=SecretStr(ground.amqp_url),
                store_url=addresses.s3_url,
                store_access_key="messaging",
                store_secret_key=SecretStr(addresses.role_password),
                store_bucket="messaging",
                key_folder=keys,
                smtp_url=smtp_url,
                mail_from="no-reply@ourwatch.test",
                bounce_domain="bounces.ourwatch.test",
            ),
        )


@contextmanager
def workers(settings: Settings, count: int = 1) -> Iterator[list[psutil.Process]]:
    """So many of messaging's workers, ready; stopped at the end."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            port = free_port()
            environment = {
                f"MESSAGING_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
                for name, value in settings.model_dump().items()
            } | {"MESSAGING_PORT": str(port), "MESSAGING_LOG_LEVEL": "WARNING"}
            command = [sys.executable, "-m", "messaging", "worker"]
            started.append(subprocess.Popen(command, env={**os.environ, **environment}))
            _wait_until_ready(port)
        yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("messaging's worker did not start")


async def _copy(connection: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: object) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns, timeout=600)
