"""The gateway on a real port, in front of one recording server that stands for all four services."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from gateway.app import create_app
from gateway.bootstrap import Resources, open_resources
from gateway.settings import Settings
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from shared.testing.serving import serving
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

Answer = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Seen:
    """A request as a service sees it."""

    method: str
    target: str
    headers: list[tuple[str, str]]

    def header(self, name: str) -> str | None:
        values = [value for known, value in self.headers if known == name]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await JSONResponse({"answered": True})(scope, receive, send)


@dataclass
class Upstream:
    """Records what comes through. Tests set what it answers, as the services do in good days and bad."""

    seen: list[Seen] = field(default_factory=list)
    passes_asked: list[Seen] = field(default_factory=list)
    passes_wanted: list[dict[str, Any]] = field(default_factory=list)
    ended: set[UUID] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    sessions: dict[tuple[str, str], Principal] = field(default_factory=dict)
    exchanges_asked: list[dict[str, str]] = field(default_factory=list)
    polls: int = 0
    revocations_status: int = 200
    pass_status: int = 200
    exchange_status: int = 200
    access_token_of: Callable[[Principal], str] = field(default=lambda who: f"no token for {who.id}")
    answer: Answer = plain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]]
        query = scope["query_string"].decode("latin-1")
        seen = Seen(scope["method"], scope["raw_path"].decode("latin-1") + (f"?{query}" if query else ""), headers)
        if scope["path"] == "/internal/revocations":
            self.polls += 1
            told: dict[str, Any] = {
                "ended": [str(session) for session in self.ended],
                "replaced": list(self.replaced),
                "until": now().isoformat(),
            }
            await JSONResponse(told, self.revocations_status)(scope, receive, send)
        elif scope["path"] == "/internal/passes":
            self.passes_asked.append(seen)
            self.passes_wanted.append(json.loads((await receive())["body"]))
            await JSONResponse({"pass": "a-pass-of-groups"}, self.pass_status)(scope, receive, send)
        elif scope["path"] == "/internal/browser-sessions":
            wanted = json.loads((await receive())["body"])
            self.exchanges_asked.append(wanted)
            who = self.sessions.get((wanted["plane"], wanted["secret"]))
            if who is None or self.exchange_status != 200:
                await JSONResponse({}, 404 if who is None else self.exchange_status)(scope, receive, send)
                return
            until = now() + timedelta(minutes=5)
            answer = {"access_token": self.access_token_of(who), "expires_at": until.isoformat()}
            await JSONResponse(answer)(scope, receive, send)
        else:
            self.seen.append(seen)
            await self.answer(scope, receive, send)


@dataclass
class Door:
    """The gateway under test, and what is behind it."""

    url: str
    client: httpx.AsyncClient
    issuer: Issuer
    upstream: Upstream
    resources: Resources

    def bearer(self, who: Principal) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.access(who)}"}

    async def ask(self, method: str, target: str, who: Principal | None = None, **asked: Any) -> httpx.Response:
        headers = {**(self.bearer(who) if who else {}), **asked.pop("headers", {})}
        return await self.client.request(method, target, headers=headers, **asked)

    async def polled(self) -> None:
        """Returns once a poll that began after this call has been answered."""
        before = self.upstream.polls

        async def twice() -> bool:
            return self.upstream.polls >= before + 2

        await eventually(twice)

    async def raw(self, request: bytes) -> bytes:
        """The answer to bytes on a connection of their own, up to the end of the connection; they ask for its end."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(request)
            async with asyncio.timeout(30):
                return await reader.read()
        finally:
            writer.close()


def settings_for(issuer: Issuer, url: str) -> Settings:
    return Settings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        key_folder=issuer.key_folder,
        identity_url=url,
        groups_url=url,
        documents_url=url,
        messaging_url=url,
    )


@pytest.fixture(scope="session")
async def running(issuer: Issuer) -> AsyncIterator[Door]:
    upstream = Upstream(access_token_of=issuer.access)
    async with (
        serving(upstream) as behind,
        open_resources(settings_for(issuer, behind)) as resources,
        serving(create_app(resources)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield Door(url, client, issuer, upstream, resources)


@pytest.fixture
async def door(running: Door) -> Door:
    """The door with everything behind it in good health and nothing seen yet."""
    upstream = running.upstream
    upstream.seen.clear()
    upstream.passes_asked.clear()
    upstream.exchanges_asked.clear()
    upstream.ended.clear()
    upstream.replaced.clear()
    upstream.revocations_status = upstream.pass_status = upstream.exchange_status = 200
    upstream.answer = plain

    async def known() -> bool:
        return running.resources.revocations.are_known

    await eventually(known)
    return running
