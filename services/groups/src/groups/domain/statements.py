"""Marking statements (P8): a JWS in compact form, signed by an organisation's key, that anybody verifies offline."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TYP = "ow-marking+jwt"
LARGEST_STATEMENT = 4096

Jwks = Mapping[str, Iterable[Mapping[str, str]]]
"""Public keys as a JWK set (RFC 7517)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be signed. The signing process adds when it was issued and when it ends."""

    marking_id: UUID
    subject_kind: str
    subject_id: UUID
    group_kind: str
    area: str
    authority: str
    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement with the times that stand in it."""

    statement: str
    issued_at: datetime
    expires_at: datetime


class Signs(Protocol):
    """The signing process. SigningRefused or SigningOutOfReach where there is no statement to be had."""

    async def sign(self, draft: Draft, access_token: str) -> Signed: ...

    async def sign_head(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Genuine:
    """What a genuine statement says. Whether it still holds is asked online; `is_expired` is by its own end."""

    draft: Draft
    issued_at: datetime
    expires_at: datetime
    is_expired: bool


def verify_marking(statement: str, jwks: Jwks, now: datetime) -> Genuine | None:
    """What a statement says if one of the keys signed it, else None: offline, with public keys alone (RFC 7515, 8037).

    The key must be published as belonging to the very organisation that the statement names.
    """
    try:
        claims, key = read_signed(statement, TYP, jwks)
        return _read(claims, now) if claims["organisation"] == key["organisation"] else None
    except (NotGenuine, ValueError, KeyError, TypeError):
        return None


class NotGenuine(Exception):
    """No statement of this type that one of the keys signed."""


def read_signed(statement: str, typ: str, jwks: Jwks) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The claims of a statement of this `typ`, and the key that signed it; NotGenuine else (RFC 7515, 8037)."""
    try:
        if len(statement) > LARGEST_STATEMENT:
            raise NotGenuine
        head, body, signature = statement.split(".")
        header = _object(head)
        if set(header) != {"alg", "typ", "kid"} or header["alg"] != "EdDSA" or header["typ"] != typ:
            raise NotGenuine
        key = next(key for key in jwks["keys"] if key["kid"] == header["kid"])
        public = Ed25519PublicKey.from_public_bytes(_bytes(key["x"]))
        public.verify(_bytes(signature), f"{head}.{body}".encode())
        return _object(body), key
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, InvalidSignature, RecursionError) as error:
        raise NotGenuine from error


def claims_of(draft: Draft) -> dict[str, str]:
    """The claims of a statement, besides the times."""
    return {
        "marking": str(draft.marking_id),
        "subject_kind": draft.subject_kind,
        "subject": str(draft.subject_id),
        "group_kind": draft.group_kind,
        "area": draft.area,
        "authority": draft.authority,
        "organisation": str(draft.organisation_id),
    }


def _read(claims: Mapping[str, Any], now: datetime) -> Genuine:
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    draft = Draft(
        marking_id=UUID(claims["marking"]),
        subject_kind=claims["subject_kind"],
        subject_id=UUID(claims["subject"]),
        group_kind=claims["group_kind"],
        area=claims["area"],
        authority=claims["authority"],
        organisation_id=UUID(claims["organisation"]),
    )
    return Genuine(draft, datetime.fromtimestamp(claims["iat"], UTC), expires, now >= expires)


def _object(part: str) -> dict[str, Any]:
    value = json.loads(_bytes(part), object_pairs_hook=_without_duplicates)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found


def _bytes(part: str) -> bytes:
    raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("not canonical")
    return raw
