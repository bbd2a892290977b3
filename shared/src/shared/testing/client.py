"""A client of one service that knocks as the gateway does."""

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from shared.auth import internal, passes
from shared.auth.internal import ISSUER
from shared.auth.jurisdiction import JurisdictionPass
from shared.auth.principal import Principal
from shared.testing.issuer import Issuer


class AsGateway(httpx.Auth):
    """Signs each request with an internal token for exactly its method and target, or as another `caller` does."""

    def __init__(self, issuer: Issuer, audience: str, caller: str = ISSUER) -> None:
        self._issuer = issuer
        self._audience = audience
        self._caller = caller

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        target = request.url.raw_path.decode("latin-1")
        request.headers[internal.HEADER] = self._issuer.internal(
            self._audience, request.method, target, caller=self._caller
        )
        yield request


@asynccontextmanager
async def service_client(app: FastAPI, issuer: Issuer, audience: str) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of a started app; requests carry the gateway's proof, and who asks by `headers=signed(...)`."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://service", auth=AsGateway(issuer, audience), timeout=30
        ) as client,
    ):
        yield client


def signed(
    issuer: Issuer,
    principal: Principal,
    audience: str,
    proof: passes.GroupPass | JurisdictionPass | None = None,
) -> dict[str, str]:
    """The headers of a request by `principal`, with the proof that its route asks for."""
    headers = {"authorization": f"Bearer {issuer.access(principal)}"}
    if isinstance(proof, passes.GroupPass):
        headers[passes.HEADER] = issuer.group_pass(audience, proof)
    elif isinstance(proof, JurisdictionPass):
        headers[passes.HEADER] = issuer.jurisdiction(audience, principal, proof.group_id, proof.person_id)
    return headers
