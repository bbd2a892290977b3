"""Whoever waits for a password to be hashed holds no connection: a few such waits would hold all of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from identity import passwords
from identity.app import create_app
from identity.bootstrap import Resources
from identity.passwords import MOST_WAITING, UNDER_WAY, Cost, Hasher
from identity.settings import Settings
from identity.storage import tables
from shared.ids import new_id
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from sqlalchemy import QueuePool, select, update

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


async def test_a_crowd_waits_for_its_turn_before_it_asks_anything_and_beyond_that_is_turned_away(
    watched: tuple[httpx.AsyncClient, WatchedHasher],
) -> None:
    client, hasher = watched
    nobody, let_go = {"email": an_address(), "password": PASSWORD}, asyncio.Event()

    async def take_a_turn() -> None:
        async with hasher.turn():
            await let_go.wait()

    crowd = [asyncio.create_task(take_a_turn()) for _ in range(UNDER_WAY + MOST_WAITING)]
    await asyncio.sleep(0)  # each has begun
    for sent in (nobody, {"nothing": "that is read"}):
        turned_away = await client.post("/sessions", json=sent)
        assert (turned_away.status_code, turned_away.json()["code"]) == (503, "identity.too_many_at_once")
    assert hasher.in_use == []
    let_go.set()
    await asyncio.gather(*crowd)
    assert (await client.post("/sessions", json=nobody)).status_code == 403


async def test_who_sends_slowly_takes_nobodys_turn(watched: tuple[httpx.AsyncClient, WatchedHasher]) -> None:
    client, _ = watched
    nobody, go_on = {"email": an_address(), "password": PASSWORD}, asyncio.Event()
    read_from = set[int]()

    async def dripping(number: int) -> AsyncIterator[bytes]:
        yield b"{"
        read_from.add(number)
        await go_on.wait()
        yield b"}"

    async def all_are_read_from() -> bool:
        return len(read_from) == 2 * UNDER_WAY

    slow = [asyncio.create_task(client.post("/sessions", content=dripping(n))) for n in range(2 * UNDER_WAY)]
    await eventually(all_are_read_from)
    async with asyncio.timeout(30):
        assert (await client.post("/sessions", json=nobody)).status_code == 403
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {422}


async def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    client: httpx.AsyncClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, tried = await people.resident(), list[str]()

    class Watched:
        @staticmethod
        def verify_phc_encoded(password: bytes, password_hash: str) -> None:
            tried.append(password_hash)
            Argon2id.verify_phc_encoded(password, password_hash)

    monkeypatch.setattr(passwords, "Argon2id", Watched)
    for email in (person.email, an_address()):
        await client.post("/sessions", json={"email": email, "password": "not the right one at all"})
    assert len(tried) == 2
    assert len({tuple(each.split("$")[:4]) for each in tried}) == 1  # by the same rules
    monkeypatch.undo()
    assert not await Hasher().matches(None, "nobody has this password")


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=1,t=0,p=0$AAAA$AAAA"])
async def test_what_is_no_hash_opens_with_no_password(kept: str) -> None:
    hasher = Hasher(Cost(memory_bytes=64 << 10, rounds=1))
    for password in ("", "nobody has this password"):
        assert not await hasher.matches(kept, password)


async def test_a_password_is_kept_at_owasps_cost_unless_somebody_says_otherwise() -> None:
    assert (await Hasher().hash(PASSWORD)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_password_that_was_kept_by_weaker_rules_is_kept_by_ours_after_a_sign_in(people: People) -> None:
    person = await people.resident()
    account = tables.accounts.c
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # by another library too
    await people.change(update(tables.accounts).where(account.id == person.id).values(password_hash=weak))
    await people.sign_in(person)
    [(kept,)] = await people.rows(select(account.password_hash).where(account.id == person.id))
    assert kept != weak
    ours = await people.resources.hasher.hash(PASSWORD)
    assert kept.split("$")[:4] == ours.split("$")[:4]
    await people.sign_in(person)
