"""Identity's own keys: what signs access tokens, and what seals and derives secrets. Never in the database."""

import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from shared.auth.access import ISSUER
from shared.auth.keyfiles import SigningKey, SigningKeys, load_secret_key, make_secret_key, make_signing_key
from shared.clock import now

_SEALING, _REFRESH, _CODES = "sealing", "refresh", "codes"
_NONCE = 12


class Keyring:
    """From the files that `make-keys` made. The signing key is the one that the files name at the moment."""

    def __init__(self, folder: Path, email_tag_key: str) -> None:
        self._signing = SigningKeys(folder, ISSUER)
        self._sealing = AESGCM(load_secret_key(folder, _SEALING))
        self._refresh = load_secret_key(folder, _REFRESH)
        self._codes = load_secret_key(folder, _CODES)
        self._email_tag = email_tag_key.encode()

    @property
    def signing(self) -> SigningKey:
        """What signs access tokens now."""
        return self._signing.at(now())

    def seal(self, account_id: UUID, plain: bytes) -> bytes:
        """Encrypts what belongs to one account; it opens for no other."""
        nonce = os.urandom(_NONCE)
        return nonce + self._sealing.encrypt(nonce, plain, account_id.bytes)

    def open(self, account_id: UUID, sealed: bytes) -> bytes:
        return self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], account_id.bytes)

    def successor(self, refresh_token: str) -> str:
        """The one refresh token that follows another: tabs that race get the same, and none rests readable."""
        return hmac.new(self._refresh, refresh_token.encode(), hashlib.sha256).hexdigest()

    def lane(self, lane: str, about: str) -> bytes:
        """The name of a lane of tries: no address and no source rests readable."""
        return hmac.digest(self._refresh, f"lane\n{lane}\n{about}".encode(), "sha256")

    def code_digest(self, account_id: UUID, kind: str, code: str) -> bytes:
        """What is kept of a short code. Keyed, so that no copy of the database can be searched for six digits."""
        return hmac.digest(self._codes, f"{kind}\n{account_id}\n{code}".encode(), "sha256")

    def email_tag(self, email: str) -> str:
        """The keyed hash by which groups knows an address."""
        return hmac.new(self._email_tag, email.strip().casefold().encode(), hashlib.sha256).hexdigest()


def make_keys(key_folder: Path, trust_folder: Path) -> None:
    """Makes what is missing; safe to repeat."""
    make_signing_key(key_folder, trust_folder, ISSUER)
    for name in (_SEALING, _REFRESH, _CODES):
        make_secret_key(key_folder, name)
