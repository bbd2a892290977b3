"""Verifies a marking offline, with nothing but the organisations' public keys (P8)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any  # what a JSON document holds
from uuid import UUID

import jwt

TYP = "ow-marking+jwt"


@dataclass(frozen=True, slots=True)
class MarkingStatement:
    """What an authority has said about a subject. Whether it is still current is asked online."""

    authority: str
    organisation_id: UUID
    subject_kind: str
    subject_id: UUID
    issued_at: datetime
    expires_at: datetime


def verify_marking(statement: str, key_set: dict[str, Any], now: datetime | None = None) -> MarkingStatement:
    """The statement if one of the keys signed it and it has not expired; jwt.InvalidTokenError else (RFC 7515)."""
    header = jwt.get_unverified_header(statement)
    if header.get("typ") != TYP or header.get("alg") != "EdDSA":
        raise jwt.InvalidTokenError("not a marking")
    keys = {key["kid"]: key for key in key_set["keys"]}
    if header.get("kid") not in keys:
        raise jwt.InvalidTokenError("signed by a key that is not published")
    key = keys[header["kid"]]
    claims = jwt.decode(
        statement,
        jwt.PyJWK(key),
        algorithms=["EdDSA"],
        options={"verify_exp": False, "verify_iat": False, "verify_aud": False},
    )
    if claims.get("organisation") != key.get("organisation"):
        raise jwt.InvalidTokenError("signed by another organisation")
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    if expires <= (now or datetime.now(UTC)):
        raise jwt.ExpiredSignatureError("expired")
    return MarkingStatement(
        authority=claims["authority"],
        organisation_id=UUID(claims["organisation"]),
        subject_kind=claims["subject_kind"],
        subject_id=UUID(claims["subject"]),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=expires,
    )
