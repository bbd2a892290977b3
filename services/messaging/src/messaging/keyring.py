"""Messaging's one key and what is derived from it: seals, mailbox tags, link secrets. Never in the database."""

import base64
import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shared.auth.keyfiles import load_secret_key, make_secret_key
from shared.auth.sealing import Opener, make_sealing_key
from shared.blobs.contexts import context

_KEY = "messaging"
_NONCE = 12
_ID = 16
_TAG = 16
_BOUNCE_PROOF = 6


class Keyring:
    """Loaded once at the start, from the file that `make-keys` made."""

    def __init__(self, folder: Path) -> None:
        self._root = load_secret_key(folder, _KEY)
        self._mailboxes = self._derived("mailbox tags")
        self._links = self._derived("links")

    def seal(self, what: str, owner: UUID, plain: bytes) -> bytes:
        """Encrypts one thing of one owner (`what` is its field); it opens as nothing else and for nobody else."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher(owner).encrypt(nonce, plain, context(what, owner.bytes))

    def open(self, what: str, owner: UUID, sealed: bytes) -> bytes:
        """What was sealed; cryptography's InvalidTag for another field or owner, or a changed byte."""
        return self._cipher(owner).decrypt(sealed[:_NONCE], sealed[_NONCE:], context(what, owner.bytes))

    def mailbox_tag(self, address: str) -> bytes:
        """The keyed hash that stands for a mailbox wherever its address need not (P24, P25)."""
        return hmac.new(self._mailboxes, mailbox(address).encode(), hashlib.sha256).digest()[:_TAG]

    def link(self, purpose: str, content: bytes) -> str:
        """A link's token: what it is about, and proof that we said so. The same each time, kept nowhere."""
        return _text(content + self._proof(purpose, content))

    def read_link(self, purpose: str, token: str) -> bytes | None:
        """What a token of this purpose is about; None for any other text."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        content, proof = raw[: -hashlib.sha256().digest_size], raw[-hashlib.sha256().digest_size :]
        return content if hmac.compare_digest(proof, self._proof(purpose, content)) else None

    def release_secret(self, release_id: UUID, recipient_ref: UUID) -> str:
        """The secret of one recipient of a release: 256 bits, made again for a repeated mail."""
        return _text(self._proof("release", release_id.bytes + recipient_ref.bytes))

    def copy_id(self, send_id: UUID, tag: bytes) -> str:
        """What names one mailbox's copy of a send, the same at every attempt (P28). It tells neither."""
        return self._proof("copy", send_id.bytes + tag)[:16].hex()

    def bounce_token(self, send_id: UUID, tag: bytes) -> str:
        """The local part that a copy's delivery reports come back to, the same at every attempt.

        It tells neither to anybody else. 61 of the 64 characters that RFC 5321 section 4.5.3.1.1 allows, and of one
        case: relays may change it.
        """
        content = send_id.bytes + tag
        proof = self._proof("bounce", content)[:_BOUNCE_PROOF]
        return base64.b32encode(self._masked(content, proof) + proof).rstrip(b"=").decode().lower()

    def read_bounce_token(self, token: str) -> tuple[UUID, bytes] | None:
        """Send and mailbox tag of a copy that we sent; None for any other text."""
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except ValueError:
            return None
        if len(raw) != _ID + _TAG + _BOUNCE_PROOF:
            return None
        proof = raw[-_BOUNCE_PROOF:]
        content = self._masked(raw[:-_BOUNCE_PROOF], proof)
        if not hmac.compare_digest(proof, self._proof("bounce", content)[:_BOUNCE_PROOF]):
            return None
        return UUID(bytes=content[:_ID]), content[_ID:]

    def list_label(self, scope: str, scope_id: UUID) -> str:
        """What one click would leave, as mail programs sort by it (RFC 2919): always the same, and it tells nothing."""
        return self._proof("list", scope.encode() + scope_id.bytes)[:16].hex()

    def _proof(self, purpose: str, content: bytes) -> bytes:
        return hmac.digest(self._links, context(purpose, content), "sha256")

    def _masked(self, content: bytes, proof: bytes) -> bytes:
        # As SIV does (RFC 5297): what proves the content also hides it, and doing it twice undoes it.
        return bytes(a ^ b for a, b in zip(content, self._proof("bounce mask", proof), strict=True))

    def _cipher(self, owner: UUID) -> AESGCM:
        return AESGCM(self._derived("seal", owner.bytes))

    def _derived(self, purpose: str, salt: bytes | None = None) -> bytes:
        return HKDF(SHA256(), 32, salt, b"ourwatch messaging " + purpose.encode()).derive(self._root)


def mailbox(address: str) -> str:
    """The address by which one mailbox is known: stripped and in lower case."""
    return address.strip().lower()


def make_keys(key_folder: Path, trust_folder: Path) -> None:
    """Makes what is missing; safe to repeat."""
    make_secret_key(key_folder, _KEY)
    make_sealing_key(key_folder, trust_folder, _KEY)


def open_addresses(key_folder: Path) -> Opener:
    """Opens what groups sealed for messaging alone; FileNotFoundError where `make-keys` was not run."""
    return Opener(key_folder, _KEY)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
