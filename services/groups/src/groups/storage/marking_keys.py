"""The public halves of the organisations' marking keys, which is all that the api's role can read of them."""

import base64

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.log_heads import USE
from groups.storage.tables import log_keys, organisation_keys

Jwks = dict[str, list[dict[str, str]]]


async def read_jwks(session: AsyncSession) -> Jwks:
    """All public keys as a JWK set (RFC 7517, RFC 8037), each with the `organisation` that it belongs to.

    The one without is the log's, with `use` "log".
    """
    query = select(organisation_keys.c.kid, organisation_keys.c.organisation_id, organisation_keys.c.public_key)
    of_organisations = [
        _jwk(kid, public_key, "sig") | {"organisation": str(organisation_id)}
        for kid, organisation_id, public_key in await session.execute(query.order_by(organisation_keys.c.kid))
    ]
    of_the_log = await session.execute(select(log_keys.c.kid, log_keys.c.public_key))
    return {"keys": [*of_organisations, *(_jwk(kid, public_key, USE) for kid, public_key in of_the_log)]}


def _jwk(kid: str, public_key: bytes, use: str) -> dict[str, str]:
    x = base64.urlsafe_b64encode(public_key).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": use, "kid": kid, "x": x}
