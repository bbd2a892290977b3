"""A provider that does not answer is asked once in ten seconds, and whoever would sign in by it is told at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from identity.domain.errors import ProviderUnreachable
from identity.openid import FAILURE_KEPT_SECONDS, KEPT_SECONDS, Discovery
from identity.outward import Outward


class Provider:
    """Counts who asks, and answers as a provider while it is up."""

    def __init__(self) -> None:
        self.asked = 0
        self.issuer = ""
        self.is_up = False

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        if not self.is_up:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        else:
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            fields = ",".join(f'"{name}":"{self.issuer}/{name}"' for name in names)
            body = f'{{"issuer":"{self.issuer}",{fields}}}'
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    found = Provider()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield found


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_crowd_asks_a_dead_provider_once_and_again_after_ten_seconds(provider: Provider) -> None:
    clock = Clock()
    discovery = Discovery(Outward(private_too=True), clock)

    async def crowd() -> list[object]:
        asking = (discovery.endpoints_of(provider.issuer) for _ in range(20))
        return [type(each) for each in await asyncio.gather(*asking, return_exceptions=True)]

    for asked in (1, 2):
        assert await crowd() == [ProviderUnreachable] * 20
        assert provider.asked == asked
        clock.seconds += FAILURE_KEPT_SECONDS
    provider.is_up = True
    assert (await discovery.endpoints_of(provider.issuer)).token == f"{provider.issuer}/token_endpoint"
    clock.seconds += KEPT_SECONDS - 1
    await discovery.endpoints_of(provider.issuer)
    assert provider.asked == 3


async def test_an_administrator_who_sets_it_anew_is_not_told_what_was_before(provider: Provider) -> None:
    discovery = Discovery(Outward(private_too=True), Clock())
    with pytest.raises(ProviderUnreachable):
        await discovery.endpoints_of(provider.issuer)
    provider.is_up = True
    await discovery.endpoints_of(provider.issuer, anew=True)
    await discovery.endpoints_of(provider.issuer)
    assert provider.asked == 2
