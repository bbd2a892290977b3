"""Signed tokens, strictly: JWS compact form (RFC 7515), EdDSA alone (RFC 8037), the practices of RFC 8725."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.auth.errors import BadToken
from shared.ids import new_id

Claims = dict[str, Any]  # what a JSON object holds

LARGEST_TOKEN = 8192
LONGEST_LIFE = timedelta(hours=1)
SKEW = timedelta(seconds=5)
_HEADER_FIELDS = {"alg", "typ", "kid"}


def sign(
    key: Ed25519PrivateKey,
    kid: str,
    typ: str,
    claims: Mapping[str, Any],
    *,
    issued: datetime,
    life: timedelta,
) -> str:
    """A token with `iat`, `exp` and `jti` added to the claims. `typ` is what tells the kinds of token apart."""
    times = {"iat": int(issued.timestamp()), "exp": int((issued + life).timestamp()), "jti": new_id().hex}
    return jwt.encode({**claims, **times}, key, algorithm="EdDSA", headers={"typ": typ, "kid": kid})


def verify(
    token: str, keys: Mapping[str, Ed25519PublicKey], *, typ: str, issuer: str, audience: str, now: datetime
) -> Claims:
    """The claims of a token that passes every check, else BadToken.

    Pinned: the algorithm, `typ`, one string as `aud`, the key by `kid` out of `keys` alone (a `jku`, `jwk`, `x5c`
    or `crit` refuses the token), one spelling of each part, no duplicate names in header or claims, `iat` and `exp`
    within the skew of 5 s and an hour apart at most.
    """
    header, claims = read_unverified(token)
    signed, _, signature = token.rpartition(".")
    if set(header) != _HEADER_FIELDS or header["alg"] != "EdDSA" or header["typ"] != typ:
        raise BadToken("header")
    kid = header["kid"]
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise BadToken("unknown key")
    try:
        # Not by PyJWT, which would read header and claims once more, and its own way: what was checked is what counts.
        key.verify(_strict_bytes(signature), signed.encode())
    except InvalidSignature as error:
        raise BadToken("signature") from error
    if claims.get("iss") != issuer or claims.get("aud") != audience:
        raise BadToken("issuer or audience")
    _check_times(claims, now)
    return claims


def read_unverified(token: str) -> tuple[Claims, Claims]:
    """Header and claims of a token that is spelled strictly, before anybody looked at its signature; BadToken else."""
    if len(token) > LARGEST_TOKEN:
        raise BadToken("too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("not three parts")
    _strict_bytes(
        parts[2]
    )  # what is no base64url is skipped over elsewhere, so one signature would have many spellings
    return _strict_object(parts[0]), _strict_object(parts[1])


def _check_times(claims: Claims, now: datetime) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(expires) is not int:
        raise BadToken("times")
    moment, skew = now.timestamp(), SKEW.total_seconds()
    if issued > moment + skew or expires <= moment - skew or expires <= issued:
        raise BadToken("expired or from the future")
    if expires - issued > LONGEST_LIFE.total_seconds():
        raise BadToken("lives too long")


def whole_number(value: object) -> int:
    """The value of a claim that is a JSON integer, else TypeError."""
    if type(value) is not int:  # True is an int, too
        raise TypeError
    return value


def list_of_texts(value: object) -> frozenset[str]:
    """The value of a claim that is a JSON array of strings, else TypeError."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return frozenset(value)


def _strict_object(part: str) -> Claims:
    try:
        value = json.loads(
            _strict_bytes(part).decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_such_number
        )
    except (ValueError, RecursionError) as error:
        raise BadToken("not a JSON object") from error
    if not isinstance(value, dict):
        raise BadToken("not an object")
    return value


def _strict_bytes(part: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadToken("not base64url") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise BadToken("not base64url as RFC 7515 spells it")
    return raw


def _no_such_number(name: str) -> None:
    raise ValueError(name)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> Claims:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found
