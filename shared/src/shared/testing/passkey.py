"""A passkey in software, made from the standard alone: what a phone does when a browser asks it (WebAuthn Level 3)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from shared.ids import timeless_id

ORIGIN, RP_ID = "http://ourwatch.test", "ourwatch.test"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """Answers what it is asked, honestly unless a test says otherwise."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    verifies: bool = True
    cross_origin: bool = False
    sign_count: int = 0
    user_handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: timeless_id().bytes)
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:  # JSON of any shape
        """A new credential, as `PublicKeyCredential.toJSON()` gives it."""
        self.user_handle = _unb64(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._authenticator(_ATTESTED) + attested}
        client_data = self._client("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=client_data, attestationObject=cbor2.dumps(attestation))

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """A signature, as `PublicKeyCredential.toJSON()` gives it."""
        self.sign_count += 1
        authenticator, client_data = self._authenticator(), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(authenticator + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        return self._credential(
            clientDataJSON=client_data,
            authenticatorData=authenticator,
            signature=signature,
            userHandle=self.user_handle,
        )

    def _authenticator(self, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(told).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = _b64(self.credential_id)
        told = {key: _b64(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": told, "clientExtensionResults": {}}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
