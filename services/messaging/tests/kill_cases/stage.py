"""Messaging on a database of its own: api in this process, and workers that may be killed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from messaging.app import create_app
from messaging.bootstrap import Resources, open_resources
from messaging.keyring import make_keys
from messaging.settings import Settings
from pydantic import SecretStr
from shared.servers.ports import free_ports
from shared.testing.client import service_client
from shared.testing.issuer import Issuer
from shared.testing.service import Ground
from shared.testing.victims import OwnProcess, Process

from services.messaging.tests.kill_cases import relaying


@dataclass(frozen=True)
class Stage:
    """`relay` tells what happened beside the workers, which do it too. Nothing of it runs until it is started."""

    ground: Ground
    issuer: Issuer
    resources: Resources
    client: httpx.AsyncClient
    workers: list[OwnProcess]
    relay: Process


@asynccontextmanager
async def set_stage(
    ground: Ground, issuer: Issuer, folder: Path, smtp_url: str, *, workers: int
) -> AsyncIterator[Stage]:
    """So many workers. Kills what runs at the end."""
    make_keys(folder / "messaging-keys", issuer.trust_folder)
    settings = Settings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        database_url=SecretStr(ground.database_url),
        amqp_url=SecretStr(ground.amqp_url),
        store_url=ground.servers.s3_url,
        store_access_key=ground.bucket.access_key,
        store_secret_key=SecretStr(ground.bucket.secret_key),
        store_bucket=ground.bucket.name,
        key_folder=folder / "messaging-keys",
        smtp_url=smtp_url,
        mail_from="no-reply@ourwatch.test",
        bounce_domain="bounces.ourwatch.test",
    )
    environment = {
        f"MESSAGING_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump(exclude_none=True).items()
    }
    processes = [
        OwnProcess("messaging", "worker", environment | {"MESSAGING_PORT": str(port)}, port, folder)
        for port in free_ports(workers)
    ]
    relay = Process("relay", [relaying.__name__], environment, folder)
    async with AsyncExitStack() as stack:
        for process in (*processes, relay):
            stack.callback(process.kill)
        resources = await stack.enter_async_context(open_resources(settings))
        client = await stack.enter_async_context(service_client(create_app(settings), issuer, "messaging"))
        yield Stage(ground, issuer, resources, client, processes, relay)
