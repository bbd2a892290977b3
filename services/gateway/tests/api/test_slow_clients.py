"""Clients that announce a body and go silent: told so, and nobody else's trouble."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from gateway.app import create_app
from gateway.bootstrap import open_resources
from gateway.upstream.body import PIECE
from gateway.upstream.limits import Limits
from shared.ids import new_id
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer, a_member
from shared.testing.serving import serving

from services.gateway.tests.conftest import Door, Upstream, settings_for

SOON = 0.05
HOURS = 10_000


@asynccontextmanager
async def opened(issuer: Issuer, limits: Limits) -> AsyncIterator[Door]:
    """A door of its own with services of its own, so that their polls can be told from others."""
    upstream = Upstream()
    async with (
        serving(upstream) as behind,
        open_resources(settings_for(issuer, behind), limits) as resources,
        serving(create_app(resources)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield Door(url, client, issuer, upstream, resources)


def register(length: int = 100) -> bytes:
    return f"POST /accounts HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode()


def upload(door: Door, length: int) -> bytes:
    target = f"/groups/{new_id()}/documents/{new_id()}/versions/{new_id()}/content"
    bearer = door.bearer(a_member())["authorization"]
    head = f"PUT {target} HTTP/1.1\r\nHost: a\r\nAuthorization: {bearer}\r\nContent-Length: {length}\r\n\r\n"
    return head.encode()


def is_too_slow(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 408 ") and b"application/problem+json" in answer and b"too_slow" in answer


@pytest.mark.parametrize(
    "limits", [Limits(piece_seconds=SOON, body_seconds=HOURS), Limits(piece_seconds=HOURS, body_seconds=SOON)]
)
@pytest.mark.parametrize("sent", [b"", b"{"])
async def test_whoever_goes_silent_is_told_and_takes_nothing_from_a_service(
    sent: bytes, limits: Limits, issuer: Issuer
) -> None:
    async with opened(issuer, limits) as door:
        assert is_too_slow(await door.raw(register() + sent))
        assert not door.upstream.seen


@pytest.mark.parametrize(
    "limits", [Limits(piece_seconds=SOON, body_seconds=HOURS), Limits(piece_seconds=HOURS, body_seconds=SOON)]
)
async def test_whoever_goes_silent_in_the_middle_of_a_long_form_is_told(limits: Limits, issuer: Issuer) -> None:
    async with opened(issuer, limits) as door:
        assert is_too_slow(await door.raw(register(PIECE * 4) + bytes(PIECE * 2)))


async def test_whoever_goes_silent_in_the_middle_of_a_file_is_told(issuer: Issuer) -> None:
    async with opened(issuer, Limits(piece_seconds=SOON)) as door:
        assert is_too_slow(await door.raw(upload(door, PIECE * 4) + bytes(PIECE)))


async def test_no_pass_is_asked_for_a_body_that_never_comes(issuer: Issuer) -> None:
    async with opened(issuer, Limits(piece_seconds=SOON)) as door:
        bearer = door.bearer(a_member())["authorization"]
        head = f"POST /groups/{new_id()}/documents HTTP/1.1\r\nHost: a\r\nAuthorization: {bearer}\r\n"
        assert is_too_slow(await door.raw(f"{head}Content-Length: 9\r\n\r\n".encode()))
        assert not door.upstream.passes_asked


async def test_a_body_that_fills_all_connections_stops_neither_revocations_nor_passes(issuer: Issuer) -> None:
    limits = Limits(piece_seconds=HOURS, body_seconds=HOURS, connections=2)
    async with opened(issuer, limits) as door:
        host, _, port = door.url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(upload(door, PIECE * 4) + bytes(PIECE))

        async def carried() -> bool:
            return len(door.upstream.seen) == 1

        await eventually(carried)
        await door.polled()
        waiting = asyncio.create_task(door.ask("GET", f"/groups/{new_id()}/documents", a_member()))

        async def pass_asked() -> bool:
            return len(door.upstream.passes_asked) == 2

        await eventually(pass_asked)
        assert len(door.upstream.seen) == 1, "the only connection was not taken, so this has shown nothing"
        writer.close()
        assert (await waiting).status_code == 200
