"""Documents on a database of its own, with processes that may be killed, and clients that work there."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from documents.bootstrap import open_resources
from documents.keys.bootstrap import open_key_resources
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.client import AsGateway
from shared.testing.issuer import Issuer
from shared.testing.service import Ground
from shared.testing.victims import OwnProcess, Process

from services.documents.tests.conftest import Group
from services.documents.tests.kill_cases import rotating
from services.documents.tests.kill_cases.checked import Checker
from services.documents.tests.kill_cases.client import Client
from services.documents.tests.kill_cases.days import Days
from services.documents.tests.kill_cases.remembered import Remembered
from services.documents.tests.kill_cases.stored import stored_keys
from services.documents.tests.own_processes import environment_of, key_settings_of, keys_environment_of, settings_of

NO_CAP = {"operations_per_minute": 1_000_000}


@dataclass(frozen=True)
class Stage:
    """`tally` counts what became of the clients' requests."""

    api: OwnProcess
    keys: OwnProcess
    worker: OwnProcess
    rotation: Process
    clients: list[Client]
    checker: Checker
    tally: Counter[str]


@asynccontextmanager
async def set_stage(
    ground: Ground, folder: Path, rng: random.Random, *, groups: int, clients: int
) -> AsyncIterator[Stage]:
    """So many groups with so many clients each; api, keys process and rotation at work. Kills what runs at the end."""
    issuer = Issuer(folder / "issuer")
    key_settings = key_settings_of(ground, issuer, folder / "root").model_copy(update=NO_CAP)
    of_keys = keys_environment_of(key_settings)
    keys = OwnProcess("documents", "keys", of_keys, key_settings.port, folder)
    settings = settings_of(ground, issuer, keys.url)
    api, worker = (
        OwnProcess("documents", name, environment_of(settings, port), port, folder)
        for name, port in zip(("api", "worker"), free_ports(2), strict=True)
    )
    rotation = Process("rotation", [rotating.__name__], of_keys, folder)
    async with AsyncExitStack() as stack:
        for victim in (api, keys, worker, rotation):
            stack.callback(victim.kill)
        await asyncio.gather(keys.start(), api.start(), rotation.start())
        resources = await stack.enter_async_context(open_resources(settings))
        key_resources = await stack.enter_async_context(open_key_resources(key_settings))
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=api.url, auth=AsGateway(issuer, "documents"), timeout=60)
        )
        tally = Counter[str]()
        people = list[Client]()
        for _ in range(groups):
            group, documents = Group(new_id(), issuer, client), list[Remembered]()
            people += [
                Client(group.chair, random.Random(rng.random()), Days(ground), tally, documents) for _ in range(clients)
            ]
        others = await stored_keys(resources.store)
        checker = Checker(resources, key_resources, ground, people, others)
        yield Stage(api, keys, worker, rotation, people, checker, tally)
