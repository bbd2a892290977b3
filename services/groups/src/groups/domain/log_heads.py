"""Signed heads of the log of markings: whoever keeps one can later show that the log was rewritten."""

from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groups.domain.marking_log import Head
from groups.domain.statements import Jwks, NotGenuine, read_signed

TYP = "ow-log-head+jwt"
AUDIT_TYP = "ow-audit-head+jwt"
USE = "log"
"""`use` of the log's key in the published set: it signs heads, and never a marking."""


def sign_head_with(key: Ed25519PrivateKey, kid: str, head: Head, now: datetime, typ: str = TYP) -> str:
    """A JWS of number, hash and moment. It has no end: a head promises for ever."""
    claims = {"number": head.number, "hash": head.hash.hex(), "iat": int(now.timestamp())}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": typ, "kid": kid})


def verify_head(statement: str, jwks: Jwks, typ: str = TYP) -> Head | None:
    """What a head says if the log's key signed it, else None; offline, with public keys alone.

    A head of one log is none of the other: `typ` tells them apart.
    """
    try:
        claims, key = read_signed(statement, typ, jwks)
        if key.get("use") != USE or type(claims["number"]) is not int:
            return None
        return Head(claims["number"], bytes.fromhex(claims["hash"]))
    except (NotGenuine, KeyError, ValueError, TypeError):
        return None
