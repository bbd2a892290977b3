"""The public halves of the organisations' marking keys, which is all that the api's role can read of them."""

import base64

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import organisation_keys

Jwks = dict[str, list[dict[str, str]]]


async def read_jwks(session: AsyncSession) -> Jwks:
    """All public keys as a JWK set (RFC 7517, RFC 8037), each with the `organisation` that it belongs to."""
    query = select(organisation_keys.c.kid, organisation_keys.c.organisation_id, organisation_keys.c.public_key)
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": kid,
                "organisation": str(organisation_id),
                "x": base64.urlsafe_b64encode(public_key).rstrip(b"=").decode(),
            }
            for kid, organisation_id, public_key in await session.execute(query.order_by(organisation_keys.c.kid))
        ]
    }
