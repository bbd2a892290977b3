"""Whoever waits for a password to be hashed holds no connection: a few such waits would hold all of them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from identity.app import create_app
from identity.bootstrap import Resources
from identity.passwords import Hasher
from identity.settings import Settings
from shared.ids import new_id
from shared.testing.client import service_client
from shared.testing.issuer import Issuer
from sqlalchemy import QueuePool

from services.identity.tests.conftest import PASSWORD, POLICE_DOMAIN, People, Person, an_address, invite


class WatchedHasher(Hasher):
    """Hashes as ever, and notes how many connections are in use whenever it begins."""

    def __init__(self, pool: QueuePool) -> None:
        super().__init__()
        self._connections = pool
        self.in_use: list[int] = []

    async def hash(self, password: str) -> str:
        self.in_use.append(self._connections.checkedout())
        return await super().hash(password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        self.in_use.append(self._connections.checkedout())
        return await super().matches(password_hash, password)


@pytest.fixture
async def watched(settings: Settings, issuer: Issuer) -> AsyncIterator[tuple[httpx.AsyncClient, WatchedHasher]]:
    """A client of an identity of its own, and the hasher that it uses."""
    app = create_app(settings)
    async with service_client(app, issuer, "identity") as opened:
        resources: Resources = app.state.resources
        assert isinstance(resources.engine.pool, QueuePool)
        hasher = WatchedHasher(resources.engine.pool)
        app.state.resources = replace(resources, hasher=hasher)
        yield opened, hasher


async def test_no_route_holds_a_connection_while_it_hashes(
    watched: tuple[httpx.AsyncClient, WatchedHasher], people: People, administrator: Person, force: str
) -> None:
    client, hasher = watched
    email, officer = an_address(), an_address("officer", POLICE_DOMAIN)
    await invite(people, administrator, officer, force)

    async def ask(path: str, **sent: dict[str, str]) -> int:
        # With a key, whose claim keeps its transaction open until the answer is known.
        answer = await client.post(path, headers={"idempotency-key": new_id().hex}, **sent)  # type: ignore[arg-type]  # httpx's own arguments
        return answer.status_code

    member = {"email": email, "password": PASSWORD}
    assert await ask("/accounts", json=member | {"display_name": "Amina Rahman"}) == 202
    mailed = {"secret": await people.link_to(email), "password": PASSWORD}
    assert await ask("/accounts/confirm", data=mailed) == 200
    assert await ask("/sessions", json=member) == 201
    invited = {"secret": await people.link_to(officer), "password": PASSWORD}
    assert await ask("/staff-invitations/accept", data=invited) == 200
    assert hasher.in_use == [0, 0, 0, 0]
