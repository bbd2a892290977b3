"""No address that somebody gives leads into our own network, and no answer is endless."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from identity.domain.errors import ProviderUnreachable
from identity.outward import LARGEST_ANSWER, Outward, is_public
from shared.testing.serving import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

ANSWERS: dict[str, Response] = {
    "good": JSONResponse({"a": 1}),
    "list": JSONResponse([1]),
    "text": PlainTextResponse("hello"),
    "deep": PlainTextResponse("[" * 100_000),
    "endless": PlainTextResponse('{"a": "' + "x" * LARGEST_ANSWER + '"}'),
    "elsewhere": RedirectResponse("/good"),
    "failed": JSONResponse({"a": 1}, 500),
    "created": JSONResponse({"a": 1}, 201),
}


@pytest.fixture(scope="module")
async def here() -> AsyncIterator[str]:
    async def answer(request: Request) -> Response:
        return ANSWERS[request.path_params["name"]]

    async with serving(Starlette(routes=[Route("/{name}", answer, methods=["GET", "POST"])])) as url:
        yield url


async def test_a_json_object_is_read(here: str) -> None:
    outward = Outward(private_too=True)
    assert await outward.get(f"{here}/good") == {"a": 1}
    assert await outward.post(f"{here}/good", {"b": "2"}, {}) == {"a": 1}


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - {"good"}))
async def test_anything_else_is_out_of_reach(here: str, name: str) -> None:
    with pytest.raises(ProviderUnreachable):
        await Outward(private_too=True).get(f"{here}/{name}")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "0.0.0.0", "[::]"],
)
async def test_nothing_of_ours_is_as_much_as_connected_to_by_any_name(host: str) -> None:
    came: list[str] = []

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(host)
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        for scheme in ("http", "https"):
            with pytest.raises(ProviderUnreachable):
                await Outward(private_too=False).get(f"{scheme}://{host}:{port}/good")
        assert came == []
        with pytest.raises(ProviderUnreachable):
            await Outward(private_too=True).get(f"http://127.0.0.1:{port}/good")
        assert set(came) == {host}, "the listener hears who comes"
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "2001::1", "not an address",
    ],
)  # fmt: skip
def test_what_is_not_of_the_open_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)
