"""The public keys of access tokens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from shared.auth.access import ISSUER
from shared.auth.keyfiles import Trust, public_jwk
from shared.http.idempotency import IdempotentRoute

router = APIRouter(route_class=IdempotentRoute, tags=["keys"])


async def _trust(request: Request) -> Trust:
    trust: Trust = request.app.state.trust
    return trust


@router.get("/keys")
async def list_signing_keys(trust: Annotated[Trust, Depends(_trust)]) -> dict[str, list[dict[str, str]]]:
    """A JSON Web Key Set (RFC 7517)."""
    return {"keys": [public_jwk(kid, key) for kid, key in trust.keys_of(ISSUER).items()]}
