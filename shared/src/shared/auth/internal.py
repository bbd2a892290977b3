"""Internal tokens: that a request came through one of the gateway's policy rows, or from the one service that may ask.

They say nothing about a person.
"""

import hashlib
from datetime import datetime, timedelta

from shared.auth.errors import BadToken
from shared.auth.keyfiles import SigningKey, Trust
from shared.auth.tokens import sign, verify

ISSUER = "gateway"
TYP = "ow-int+jwt"
LIFE = timedelta(seconds=30)
HEADER = "ow-internal"


def key_name(audience: str, issuer: str = ISSUER) -> str:
    """The gateway has one signing key for each service, so one that leaks opens one service at most.

    A process that only its own service calls is the `audience` of a key of that service.
    """
    return f"{issuer}-{audience}"


def issue_internal_token(
    key: SigningKey, audience: str, method: str, target: str, issued: datetime, issuer: str = ISSUER
) -> str:
    """A token of 30 s for one method and one `target` (path with its query, as it is sent)."""
    claims = {"iss": issuer, "aud": audience, "htm": method, "pth": _digest(target)}
    return sign(key.private, key.kid, TYP, claims, issued=issued, life=LIFE)


def check_internal_token(
    token: str, trust: Trust, *, audience: str, method: str, target: str, now: datetime, issuer: str = ISSUER
) -> None:
    """BadToken unless the gateway, or whoever else may ask, made this token for this service, method and target."""
    keys = trust.keys_of(key_name(audience, issuer))
    claims = verify(token, keys, typ=TYP, issuer=issuer, audience=audience, now=now)
    if claims.get("htm") != method or claims.get("pth") != _digest(target):
        raise BadToken("another method or path")


def _digest(target: str) -> str:
    return hashlib.sha256(target.encode("latin-1")).hexdigest()
