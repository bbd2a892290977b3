"""A repeated request has one effect and gets the same answer."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from shared.testing.client import signed
from shared.testing.issuer import Issuer, a_member
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

KEY = {"idempotency-key": "a key of sixteen or more"}
Count = Callable[[], Awaitable[int]]


async def add(
    client: httpx.AsyncClient, word: str = "lantern", path: str = "/things", **headers: str
) -> httpx.Response:
    return await client.post(path, json={"word": word}, headers={**KEY, **headers})


async def test_a_repetition_gets_the_same_answer_and_has_no_effect(client: httpx.AsyncClient, count: Count) -> None:
    first, again = await add(client), await add(client)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert await count() == 1


async def test_twenty_at_once_have_one_effect(client: httpx.AsyncClient, count: Count) -> None:
    answers = await asyncio.gather(*(add(client) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await count() == 1


async def test_without_a_key_each_request_has_its_effect(client: httpx.AsyncClient, count: Count) -> None:
    for _ in range(2):
        assert (await client.post("/things", json={"word": "lantern"})).status_code == 201
    assert await count() == 2


async def test_the_same_key_for_something_else_is_refused(client: httpx.AsyncClient, count: Count) -> None:
    await add(client)
    for other in (
        await add(client, "candle"),
        await add(client, path="/things?x=1"),
        await add(client, path="/things/counted"),
    ):
        assert other.status_code == 409
        assert other.json()["code"] == "request.idempotency_key_reused"
    assert await count() == 1


async def test_two_people_may_choose_the_same_key(client: httpx.AsyncClient, issuer: Issuer, count: Count) -> None:
    for _ in range(2):
        answer = await add(client, **signed(issuer, a_member(), "groups"))
        assert "idempotency-replayed" not in answer.headers
    assert await count() == 2


@pytest.mark.parametrize("key", ["", "short", "x" * 15, "x" * 129, "a key with a tab\tin it", "x" * 20 + "\xe9"])
async def test_a_key_that_is_none_is_refused(key: str, client: httpx.AsyncClient, count: Count) -> None:
    answer = await client.post("/things", json={"word": "x"}, headers=[(b"idempotency-key", key.encode("latin-1"))])
    assert answer.status_code == 422
    assert answer.json()["code"] == "request.bad_idempotency_key"
    assert await count() == 0


async def test_no_answer_and_no_key_rests_readable(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    answer = await add(client)
    async with engine.connect() as connection:
        (row,) = (await connection.execute(text("SELECT scope, fingerprint, answer FROM idempotency_keys"))).all()
    rests = b"".join(row)
    for word in (b"lantern", answer.json()["id"].encode(), KEY["idempotency-key"].encode(), b"/things", b"201"):
        assert word not in rests


async def test_a_refusal_after_the_effect_keeps_the_effect_and_frees_the_key(
    client: httpx.AsyncClient, count: Count
) -> None:
    """A wrong code that was counted stays counted, and the next try is a try."""
    for tries in (1, 2):
        answer = await add(client, path="/things/counted")
        assert answer.status_code == 409
        assert answer.json()["code"] == "conflict"
        assert await count() == tries


async def test_what_breaks_after_its_effect_leaves_none_and_may_be_tried_again(
    client: httpx.AsyncClient, count: Count
) -> None:
    for _ in range(2):
        assert (await add(client, path="/things/broken")).status_code == 500
        assert await count() == 0


async def test_an_effect_that_a_later_block_undoes_is_told_to_nobody(
    client: httpx.AsyncClient, engine: AsyncEngine, count: Count
) -> None:
    assert (await add(client, path="/things/undone")).status_code == 409
    assert await count() == 0
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one() == 0


async def test_a_request_that_is_refused_before_its_effect_may_be_mended(
    client: httpx.AsyncClient, count: Count
) -> None:
    assert (await add(client, "")).status_code == 422
    assert (await add(client, "lantern")).status_code == 201
    assert await count() == 1
