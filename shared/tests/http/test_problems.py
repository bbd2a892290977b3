"""Every error is a problem document that quotes nothing that was sent and nothing from within."""

from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import SecretStr
from shared.db.engine import make_engine
from shared.http.service_failures import SERVICE_FAILURES
from shared.servers.ports import free_ports
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.tests.http.conftest import AUDIENCE, HIDDEN

SECRET = "hunter2-which-nobody-may-see"
JSON = {"content-type": "application/json"}


def told(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    return document


@pytest.mark.parametrize(
    ("kind", "status"),
    [("NotFound", 404), ("Conflict", 409), ("Forbidden", 403), ("Invalid", 422), ("Unavailable", 503)],
)
async def test_each_kind_of_refusal_has_its_status(kind: str, status: int, client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/refusals/{kind}")
    assert told(answer, status)["code"] == ("not_found" if kind == "NotFound" else kind.lower())
    assert ("retry-after" in answer.headers) is (status == 503)


@pytest.mark.parametrize(
    "body",
    [
        {"word": {"a": SECRET}},
        {"word": [SECRET]},
        {"word": SECRET * 20},
        {"word": SECRET + "\x00"},
        {"word": 7, "note": SECRET},
        {"word": "x", "plane": SECRET},
        SECRET,
        [SECRET],
    ],
)
async def test_what_was_sent_is_never_quoted(body: object, client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json=body)
    assert told(answer, 422)["errors"]
    assert SECRET not in answer.text


async def test_what_is_no_json_is_never_quoted(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", content=f'{{"word": "{SECRET}'.encode(), headers=JSON)
    told(answer, 422)
    assert SECRET not in answer.text


async def test_a_field_without_a_name_that_can_be_written_is_refused_like_any_other(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", content=b'{"word": "x", "\\ud800": 1}', headers=JSON)
    assert told(answer, 422)["errors"] == [{"at": "body", "why": "string_unicode"}]


async def test_an_answer_about_many_wrong_fields_stays_small(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={f"{n}-{'x' * 900}": 1 for n in range(900)})
    told(answer, 422)
    assert len(answer.content) < 10_000


async def test_what_nobody_expected_says_nothing_of_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert told(answer, 500)["code"] == "unexpected"
    assert HIDDEN not in answer.text
    assert "RuntimeError" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/things", 405)])
async def test_what_is_not_there_is_a_problem_too(
    method: str, path: str, status: int, client: httpx.AsyncClient
) -> None:
    told(await client.request(method, path), status)


async def test_a_database_that_is_gone_is_said_to_be_out_of_reach(
    make_service: Callable[[AsyncEngine], FastAPI], issuer: Issuer
) -> None:
    nowhere = make_engine(SecretStr(f"postgresql+asyncpg://u:p@127.0.0.1:{free_ports(1)[0]}/d"), "nowhere")
    async with service_client(make_service(nowhere), issuer, AUDIENCE) as client:
        answer = await client.post("/things", json={"word": "x"})
        assert told(answer, 503)["code"] == "unavailable"
        assert answer.headers["retry-after"]
        told(await client.get("/health/ready"), 503)
        assert (await client.get("/health/live")).status_code == 200


async def test_who_opens_a_page_with_a_browser_is_told_on_a_page_what_is_missing(client: httpx.AsyncClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    answer = await client.get("/page", params={"number": SECRET}, headers=browser)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "open the whole link" in answer.text
    assert SECRET not in answer.text
    told(await client.get("/page", params={"number": SECRET}), 422)
    told(await client.post("/things", json={"word": SECRET, "other": SECRET}, headers=browser), 422)


async def test_connections_that_the_database_cut_heal_by_themselves(
    client: httpx.AsyncClient, engine: AsyncEngine, servers: Any
) -> None:
    opened: list[Any] = []
    event.listen(engine.sync_engine, "checkout", lambda driver, _record, _fairy: opened.append(driver))
    assert (await client.post("/things", json={"word": "x"})).status_code == 201
    name = engine.url.database
    servers.postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    async def all_are_cut() -> bool:
        return all(each.driver_connection.is_closed() for each in opened)

    assert opened
    await eventually(all_are_cut)
    assert (await client.post("/things", json={"word": "x"})).status_code == 201


async def test_a_connection_that_is_cut_in_the_middle_is_out_of_reach(
    client: httpx.AsyncClient, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.tests.http import conftest

    async def cut(uow: Any, word: str) -> None:
        async with uow:
            await uow.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    monkeypatch.setitem(conftest.add.__globals__, "have_effect", cut)
    told(await client.post("/things", json={"word": "x"}), 503)


async def test_a_connection_of_our_own_that_is_gone_is_out_of_reach() -> None:
    app = FastAPI(exception_handlers=dict(SERVICE_FAILURES))

    @app.get("/things")
    async def read() -> None:
        raise asyncpg.ConnectionDoesNotExistError

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test") as client:
        told(await client.get("/things"), 503)


async def test_a_request_that_is_cut_off_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    app, sent = FastAPI(exception_handlers=dict(SERVICE_FAILURES)), list[Any]()

    @app.post("/things")
    async def read(request: Request) -> None:
        await request.body()

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/things", "headers": [], "query_string": b"", "raw_path": b""}
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert "unexpected" not in capsys.readouterr().out
