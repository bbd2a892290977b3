"""What one service alone can read, sealed to its published key on its way there (RFC 9180, HPKE, base mode)."""

import base64
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.auth.keyfiles import load_secret_key, make_secret_key
from shared.errors import Invalid, Unavailable
from shared.ids import timeless_id

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class NoSealingKey(Unavailable):
    """The reader has not published its key yet: its `make-keys` was not run."""

    code = "auth.no_sealing_key"


class NotSealedForUs(Invalid):
    """Another key, another purpose, or a changed byte."""

    code = "auth.not_sealed_for_us"


def make_sealing_key(key_folder: Path, trust_folder: Path, reader: str) -> None:
    """Makes `<key_folder>/<reader>.seal.key` (mode 0600) where it is missing; `<trust_folder>/<reader>.seal` follows.

    Safe to run again.
    """
    make_secret_key(key_folder, f"{reader}.seal")
    trust_folder.mkdir(parents=True, exist_ok=True)
    public = _private(key_folder, reader).public_key().public_bytes_raw()
    path = trust_folder / f"{reader}.seal"
    draft = path.with_name(f".{path.name}.{os.getpid()}.{timeless_id().hex[:8]}")
    draft.write_text(_text(public))
    draft.replace(path)


class Seal:
    """Seals for one reader. The key is read each time: it may be published later than its writers start."""

    def __init__(self, trust_folder: Path, reader: str) -> None:
        self._path = trust_folder / f"{reader}.seal"

    def seal(self, purpose: str, plain: str) -> str:
        """URL-safe text, another one each time. Raises NoSealingKey."""
        try:
            key = X25519PublicKey.from_public_bytes(_raw(self._path.read_text()))
        except FileNotFoundError as error:
            raise NoSealingKey from error
        return _text(_SUITE.encrypt(plain.encode(), key, info=purpose.encode()))


class Opener:
    """Opens what was sealed for this reader."""

    def __init__(self, key_folder: Path, reader: str) -> None:
        """FileNotFoundError where `make-keys` was not run."""
        self._key = _private(key_folder, reader)

    def open(self, purpose: str, sealed: str) -> str:
        """What was sealed for that purpose. Raises NotSealedForUs."""
        try:
            return _SUITE.decrypt(_raw(sealed), self._key, info=purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NotSealedForUs from error


def _private(key_folder: Path, reader: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(load_secret_key(key_folder, f"{reader}.seal"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
