"""Public keys that others give us as JSON Web Keys (RFC 7517), and tokens that are signed with them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.types import Options
from shared.auth.errors import BadToken
from shared.auth.tokens import Claims, read_unverified

from identity.domain.errors import KeyNotAccepted
from identity.domain.machines import Algorithm

FEWEST_RSA_BITS, MOST_RSA_BITS = 2048, 8192
_MEMBERS = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
# A certificate's thumbprint names a key no less than `kid` does; nothing is fetched or believed because of it.
_HEADER_FIELDS = {"alg", "typ", "kid", "x5t", "x5t#S256"}
# Claims are the caller's to check: the library would take lists of audiences.
_SIGNATURE_ONLY: Options = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class PublicKey:
    """An Ed25519, P-256 or RSA key of 2048 bits or more, for EdDSA, ES256 or RS256 and nothing else."""

    def __init__(self, jwk: Mapping[str, Any]) -> None:  # Any: what a JSON object holds
        """KeyNotAccepted for another kind, a weak key, or one with private parts."""
        if _PRIVATE & set(jwk):
            raise KeyNotAccepted("This is a private key. Please make a new pair and keep its private half to yourself.")
        names = _MEMBERS.get(str(jwk.get("kty")), ())
        self.jwk = {name: jwk[name] for name in names if isinstance(jwk.get(name), str)}
        if not names or len(self.jwk) != len(names):
            raise KeyNotAccepted
        try:
            self._key = jwt.PyJWK(self.jwk).key
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise KeyNotAccepted from error
        self.algorithm = _algorithm_of(self._key)

    @property
    def thumbprint(self) -> str:
        """The key's name, from the key itself (RFC 7638)."""
        text = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

    def read(self, token: str) -> Claims:
        """The claims of a token with this key's signature; the header says nothing but `alg`, `typ` and names of a key.

        BadToken else. Who says what to whom, and until when, is for the caller to check.
        """
        header, claims = read_unverified(token)
        if set(header) - _HEADER_FIELDS or header.get("alg") != self.algorithm:
            raise BadToken("header")
        try:
            jwt.decode(token, self._key, algorithms=[self.algorithm], options=_SIGNATURE_ONLY)
        except jwt.PyJWTError as error:
            raise BadToken("signature") from error
        return claims


def _algorithm_of(key: object) -> Algorithm:
    match key:
        case Ed25519PublicKey():
            return "EdDSA"
        case EllipticCurvePublicKey(curve=SECP256R1()):
            return "ES256"
        case RSAPublicKey(key_size=bits) if FEWEST_RSA_BITS <= bits <= MOST_RSA_BITS:
            return "RS256"
        case _:
            raise KeyNotAccepted
