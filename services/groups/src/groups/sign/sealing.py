"""Organisations' private keys at rest: sealed under a key that the signing process alone holds."""

import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "marking-keys.kek"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeySeal:
    """Seals and opens private keys with AES-256-GCM, each bound to its owner and `kid`."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def from_folder(cls, folder: Path) -> "KeySeal":
        """The seal of this folder; FileNotFoundError where make-keys was not run."""
        return cls((folder / KEY_FILE).read_bytes())

    def seal(self, private: Ed25519PrivateKey, owner: UUID | str, kid: str) -> bytes:
        raw = private.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, raw, _context(owner, kid))

    def open(self, sealed: bytes, owner: UUID | str, kid: str) -> Ed25519PrivateKey:
        """The private key; cryptography's InvalidTag for another's or a changed one."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return Ed25519PrivateKey.from_private_bytes(self._cipher.decrypt(nonce, rest, _context(owner, kid)))


def make_seal(folder: Path) -> None:
    """Makes the sealing key (mode 0600) where it is missing; safe to run again and by several at once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, folder / KEY_FILE)  # fails where somebody was first: whole or absent
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _context(owner: UUID | str, kid: str) -> bytes:
    return f"ourwatch marking key\n{owner}\n{kid}".encode()
