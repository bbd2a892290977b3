"""Tokens that nobody may take, as data: what is changed in a good one, for each kind of token."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.auth.keyfiles import SigningKey, public_jwk

Signed = Literal["rightly", "by_a_stranger", "by_another_issuer", "with_the_public_key", "not"]
GONE = object()
"""Stands for a field that is left out."""


@dataclass(frozen=True)
class Good:
    """A good token before it is signed, and the keys for and against it."""

    key: SigningKey
    another_issuer: SigningKey
    typ: str
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Bad:
    """One thing wrong with a token. `again` repeats a name in the JSON text; `spelling` damages the signed text."""

    name: str
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    again_in_header: str = ""
    again_in_claims: str = ""
    signed: Signed = "rightly"
    spelling: Callable[[str], str] = str


def good_of(token: str, key: SigningKey, another_issuer: SigningKey) -> Good:
    """What a good token was before it was signed."""
    head, body, _ = token.split(".")
    return Good(key, another_issuer, _read(head)["typ"], _read(body))


def forge(good: Good, bad: Bad) -> str:
    """The bad token, signed as the case says."""
    header = {"alg": "EdDSA", "typ": good.typ, "kid": good.key.kid}
    head = _text(header | _bound(bad.header, good), bad.again_in_header)
    body = _text({**good.claims, **_bound(bad.claims, good)}, bad.again_in_claims)
    signing_input = f"{_b64(head)}.{_b64(body)}"
    return bad.spelling(f"{signing_input}.{_b64(_signature(good, bad.signed, signing_input.encode()))}")


def _bound(fields: Mapping[str, Any], good: Good) -> dict[str, Any]:
    return {name: value(good) if callable(value) else value for name, value in fields.items()}


def _text(fields: Mapping[str, Any], again: str) -> bytes:
    text = json.dumps({name: value for name, value in fields.items() if value is not GONE})
    return (text[:-1] + again + "}").encode()


def _signature(good: Good, signed: Signed, signing_input: bytes) -> bytes:
    match signed:
        case "rightly":
            return good.key.private.sign(signing_input)
        case "by_a_stranger":
            return STRANGER.sign(signing_input)
        case "by_another_issuer":
            return good.another_issuer.private.sign(signing_input)
        case "with_the_public_key":
            public = good.key.private.public_key().public_bytes_raw()
            return hmac.digest(public, signing_input, hashlib.sha256)
        case "not":
            return b""


def _read(part: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return fields


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _last_bits(token: str) -> str:
    # The 86th letter of an Ed25519 signature has four bits that no byte needs: set, they spell the same bytes.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


def _instead(text: str) -> Callable[[str], str]:
    return lambda _: text


def _in_part(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def spelled(token: str) -> str:
        parts = token.split(".")
        parts[number] = change(parts[number])
        return ".".join(parts)

    return spelled


def _from_issue(seconds: int) -> Callable[[Good], int]:
    return lambda good: int(good.claims["iat"]) + seconds


def _stranger_as(good: Good) -> dict[str, str]:
    return public_jwk(good.key.kid, STRANGER.public_key())


STRANGER = Ed25519PrivateKey.generate()

# fmt: off
# ruff: noqa: E501 - a table reads across
BAD: tuple[Bad, ...] = (
    # the algorithm is pinned
    Bad("alg none, unsigned", {"alg": "none"}, signed="not"),
    Bad("alg None, unsigned", {"alg": "None"}, signed="not"),
    Bad("alg none, signed", {"alg": "none"}),
    Bad("alg HS256 with the public key as the secret", {"alg": "HS256"}, signed="with_the_public_key"),
    Bad("EdDSA in the header, HMAC for a signature", signed="with_the_public_key"),
    Bad("alg Ed25519", {"alg": "Ed25519"}),
    Bad("alg in small letters", {"alg": "eddsa"}),
    Bad("alg as a list", {"alg": ["EdDSA"]}),
    Bad("no alg", {"alg": GONE}),
    # the key comes from configuration alone
    Bad("signed by a stranger", signed="by_a_stranger"),
    Bad("signed by another issuer", signed="by_another_issuer"),
    Bad("another issuer's key by its own name", {"kid": lambda good: good.another_issuer.kid}, signed="by_another_issuer"),
    Bad("unsigned", signed="not"),
    Bad("kid unknown", {"kid": "nobody"}),
    Bad("kid empty", {"kid": ""}),
    Bad("kid as a path", {"kid": "../../../../dev/null"}),
    Bad("kid as a list", {"kid": lambda good: [good.key.kid]}),
    Bad("kid as an object", {"kid": {}}),
    Bad("kid null", {"kid": None}),
    Bad("no kid", {"kid": GONE}),
    Bad("jku", {"jku": "http://127.0.0.1/keys"}),
    Bad("jwk of the stranger who signed", {"jwk": _stranger_as}, signed="by_a_stranger"),
    Bad("jwk, rightly signed", {"jwk": _stranger_as}),
    Bad("x5c", {"x5c": ["MIIB"]}),
    Bad("x5u", {"x5u": "http://127.0.0.1/chain"}),
    Bad("crit", {"crit": ["exp"]}),
    Bad("crit empty", {"crit": []}),
    Bad("b64 false", {"b64": False}),
    Bad("zip", {"zip": "DEF"}),
    Bad("one header field too many", {"note": "x"}),
    # one kind never serves as another
    Bad("typ JWT", {"typ": "JWT"}),
    Bad("typ of another kind", {"typ": "ow-other+jwt"}),
    Bad("typ in capitals", {"typ": lambda good: good.typ.upper()}),
    Bad("typ with its media type", {"typ": lambda good: f"application/{good.typ}"}),
    Bad("no typ", {"typ": GONE}),
    # one audience, one issuer
    Bad("another audience", claims={"aud": "nobody"}),
    Bad("a list of audiences with ours", claims={"aud": ["ourwatch", "identity", "groups", "documents", "messaging"]}),
    Bad("no audience", claims={"aud": GONE}),
    Bad("audience null", claims={"aud": None}),
    Bad("another issuer's name", claims={"iss": "nobody"}),
    Bad("no issuer", claims={"iss": GONE}),
    Bad("a list of issuers", claims={"iss": ["identity", "gateway", "groups"]}),
    # times
    Bad("expired", claims={"iat": _from_issue(-300), "exp": _from_issue(-6)}),
    Bad("from the future", claims={"iat": _from_issue(60), "exp": _from_issue(90)}),
    Bad("ends as it begins", claims={"exp": _from_issue(0)}),
    Bad("ends before it begins", claims={"exp": _from_issue(-1)}),
    Bad("lives for years", claims={"exp": _from_issue(100_000_000)}),
    Bad("ends after all time", claims={"exp": 10**30}),
    Bad("no exp", claims={"exp": GONE}),
    Bad("no iat", claims={"iat": GONE}),
    Bad("exp as text", claims={"exp": lambda good: str(good.claims["exp"])}),
    Bad("exp with a fraction", claims={"exp": lambda good: good.claims["exp"] + 0.5}),
    Bad("exp not a number", claims={"exp": float("nan")}),
    Bad("exp infinite", claims={"exp": float("inf")}),
    Bad("iat true", claims={"iat": True}),
    # duplicate names: two readers would read two tokens
    Bad("kid twice", again_in_header=', "kid": "nobody"'),
    Bad("alg twice", again_in_header=', "alg": "EdDSA"'),
    Bad("aud twice", again_in_claims=', "aud": "nobody"'),
    Bad("jti twice", again_in_claims=', "jti": "x", "jti": "x"'),
    Bad("twice within", again_in_claims=', "deep": {"a": 1, "a": 2}'),
    Bad("not a number anywhere", again_in_claims=', "note": NaN'),
    # the text
    Bad("empty", spelling=_instead("")),
    Bad("dots alone", spelling=_instead("..")),
    Bad("one part", spelling=lambda token: token.split(".")[1]),
    Bad("two parts", spelling=lambda token: token.rpartition(".")[0]),
    Bad("four parts", spelling=lambda token: token + ".AAAA"),
    Bad("five parts, as if encrypted", spelling=lambda token: token + ".AAAA.AAAA"),
    Bad("empty header", spelling=_in_part(0, _instead(""))),
    Bad("empty claims", spelling=_in_part(1, _instead(""))),
    Bad("header is a list", spelling=_in_part(0, _instead(_b64(b"[]")))),
    Bad("claims are a text", spelling=_in_part(1, _instead(_b64(b'"x"')))),
    Bad("claims are no JSON", spelling=_in_part(1, _instead(_b64(b"\xff\xfe")))),
    Bad("claims in UTF-16", spelling=_in_part(1, _instead(_b64('{"a": 1}'.encode("utf-16"))))),
    Bad("claims nested a thousand deep", spelling=_in_part(1, _instead(_b64(b"[" * 3000)))),
    Bad("oversized", again_in_claims=f', "note": "{"x" * 9000}"'),
    Bad("padding on the header", spelling=_in_part(0, lambda part: part + "=" * (-len(part) % 4 or 4))),
    Bad("padding on the signature", spelling=lambda token: token + "=="),
    Bad("a signature spelled another way", spelling=_last_bits),
    Bad("a sign that is no base64url in the signature", spelling=_in_part(2, lambda part: part[:9] + "!" + part[9:])),
    Bad("a space in the claims", spelling=_in_part(1, lambda part: part[:9] + " " + part[9:])),
    Bad("the other alphabet", spelling=_in_part(2, lambda part: "+/" + part[2:])),
    Bad("the signature cut short", spelling=lambda token: token[:-8]),
    Bad("a letter of the claims changed", spelling=_in_part(1, lambda part: part[:-3] + ("A" if part[-3] != "A" else "B") + part[-2:])),
)

BAD_ACCESS: tuple[Bad, ...] = (
    *(Bad(f"no {name}", claims={name: GONE}) for name in ("sub", "sid", "plane", "role", "org", "areas", "acr", "auth_time")),
    Bad("sub no id", claims={"sub": "admin"}),
    Bad("sub a number", claims={"sub": 1}),
    Bad("sub null", claims={"sub": None}),
    Bad("sid a list", claims={"sid": []}),
    Bad("a member with a role", claims={"role": "police"}),
    Bad("a member with the role of machines", claims={"role": "police_system"}),
    Bad("staff without a role", claims={"plane": "staff"}),
    Bad("staff with the role of machines", claims={"plane": "staff", "role": "police_system"}),
    Bad("a member with scopes", claims={"scope": "alerts.send"}),
    Bad("scopes in a list", claims={"scope": ["alerts.send"]}),
    Bad("a machine with the role of staff", claims={"plane": "machine", "role": "police"}),
    Bad("the public plane", claims={"plane": "public"}),
    Bad("two planes", claims={"plane": ["member", "staff"]}),
    Bad("plane in capitals", claims={"plane": "MEMBER"}),
    Bad("acr unknown", claims={"acr": "aal3"}),
    Bad("areas a text", claims={"areas": "E05009317"}),
    Bad("areas an object", claims={"areas": {"E05009317": True}}),
    Bad("areas of numbers", claims={"areas": [1]}),
    Bad("auth_time a text", claims={"auth_time": "1700000000"}),
    Bad("auth_time true", claims={"auth_time": True}),
    Bad("auth_time in the future, fresh for ever", claims={"auth_time": _from_issue(60)}),
    Bad("auth_time after all time", claims={"auth_time": 10**30}),
)

BAD_INTERNAL: tuple[Bad, ...] = (
    Bad("another method", claims={"htm": "DELETE"}),
    Bad("method in small letters", claims={"htm": "get"}),
    Bad("a list of methods", claims={"htm": ["GET"]}),
    Bad("no method", claims={"htm": GONE}),
    Bad("another path", claims={"pth": hashlib.sha256(b"/elsewhere").hexdigest()}),
    Bad("the path itself", claims={"pth": "/"}),
    Bad("digest in capitals", claims={"pth": hashlib.sha256(b"/elsewhere").hexdigest().upper()}),
    Bad("no path", claims={"pth": GONE}),
)

BAD_GROUP_PASS: tuple[Bad, ...] = (
    *(Bad(f"no {name}", claims={name: GONE}) for name in ("sub", "plane", "group", "office", "rights", "ver")),
    Bad("a staff member's pass", claims={"plane": "staff"}),
    Bad("a jurisdiction pass", claims={"plane": "staff", "office": GONE, "rights": GONE, "ver": GONE}),
    Bad("a memberships pass", claims={"group": GONE, "office": GONE, "rights": GONE, "ver": GONE, "groups": ["01900000-0000-7000-8000-000000000001"]}),
    Bad("another person's", claims={"sub": "01900000-0000-7000-8000-000000000001"}),
    Bad("of another group", claims={"group": "01900000-0000-7000-8000-000000000001"}),
    Bad("a list of groups", claims={"group": ["01900000-0000-7000-8000-000000000001"]}),
    Bad("rights a text", claims={"rights": ""}),
    Bad("rights an object", claims={"rights": {"officer": 1}}),
    Bad("an unknown right", claims={"rights": ["everything"]}),
    Bad("office an object", claims={"office": {}}),
    Bad("version a text", claims={"ver": "1"}),
    Bad("version true", claims={"ver": True}),
)
# fmt: on
