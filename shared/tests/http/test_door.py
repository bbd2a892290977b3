"""A service's own door, and the server in front of it."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from shared.auth.principal import Assurance, Role
from shared.errors import Unavailable
from shared.http.problems import RETRY_AFTER_SECONDS
from shared.http.shedding import Shedding
from shared.testing.client import signed
from shared.testing.issuer import Issuer, a_member, a_police_system, a_staff_member
from shared.testing.serving import serving
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from shared.tests.http.conftest import AUDIENCE


@pytest.fixture
def outside(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same service without the gateway's proof."""
    client.auth = httpx.Auth()
    return client


async def test_health_is_open_to_whoever_runs_the_service(outside: httpx.AsyncClient) -> None:
    assert (await outside.get("/health/live")).json() == {"status": "live"}
    assert (await outside.get("/health/ready")).json() == {"status": "ready"}


@pytest.mark.parametrize("path", ["/member", "/nothing", "/openapi.json", "/health", "/health/live/", "/docs"])
async def test_nothing_else_is_open_without_the_gateway(path: str, outside: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await outside.get(path, headers=signed(issuer, a_member(), AUDIENCE))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("audience", "method", "target"),
    [
        ("identity", "GET", "/member"),
        (AUDIENCE, "POST", "/member"),
        (AUDIENCE, "GET", "/staff"),
        (AUDIENCE, "GET", "/member?x=1"),
    ],
)
async def test_the_gateways_token_opens_its_own_request_alone(
    audience: str, method: str, target: str, outside: httpx.AsyncClient, issuer: Issuer
) -> None:
    who = signed(issuer, a_member(), AUDIENCE)
    own = {"ow-internal": issuer.internal(AUDIENCE, "GET", "/member")}
    assert (await outside.get("/member", headers={**who, **own})).status_code == 200
    other = {"ow-internal": issuer.internal(audience, method, target)}
    assert (await outside.get("/member", headers={**who, **other})).status_code == 401


async def test_the_gateway_alone_is_nobody(client: httpx.AsyncClient) -> None:
    assert (await client.get("/member")).status_code == 401
    assert (await client.get("/staff")).status_code == 401


async def test_planes_are_kept_apart(client: httpx.AsyncClient, issuer: Issuer) -> None:
    police = a_staff_member(Role.POLICE, frozenset())
    for path, who, status in (
        ("/member", a_member(), 200),
        ("/member", police, 403),
        ("/member", a_police_system(), 403),
        ("/staff", police, 200),
        ("/staff", a_member(), 403),
        ("/staff", a_police_system(), 403),
    ):
        assert (await client.get(path, headers=signed(issuer, who, AUDIENCE))).status_code == status, (path, who.role)


async def test_staff_of_one_factor_enter_only_where_that_suffices(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """P30: also where a policy row forgot to say so."""
    weak = replace(a_staff_member(Role.POLICE, frozenset()), assurance=Assurance.ONE_FACTOR)
    headers = signed(issuer, weak, AUDIENCE)
    refused = await client.get("/staff", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.second_factor_needed")
    assert (await client.get("/staff/enrolment", headers=headers)).status_code == 200
    assert (await client.get("/staff/enrolment", headers=signed(issuer, a_member(), AUDIENCE))).status_code == 403


async def test_overload_is_said_at_once_and_clearly() -> None:
    go_on, under_way = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/slow":
            under_way.release()
            await go_on.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async with serving(Shedding(slow, most=3)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        first = [asyncio.create_task(client.get("/slow")) for _ in range(3)]
        for _ in first:
            await under_way.acquire()
        shed = await client.get("/slow")
        assert (shed.status_code, shed.json()["code"]) == (503, "http.overloaded")
        assert shed.headers["content-type"] == "application/problem+json"
        assert shed.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
        assert (await client.get("/health/live")).status_code == 200
        go_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*first)} == {200}
        assert (await client.get("/slow")).status_code == 200


async def test_a_request_that_fails_gives_its_place_back() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise Unavailable

    shedding = Shedding(fails, most=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await shedding({"type": "http", "path": "/"}, None, None)  # type: ignore[arg-type] # neither is used
