"""Keys wrapped by keys, and texts sealed under a key made from the group's. Each is bound to its place.

A wrapped key is nonce (12 bytes, random) || AES-256-GCM of the key; the associated data is the context.
"""

import secrets
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shared.blobs.chunked import decrypt, encrypt
from shared.blobs.contexts import context
from shared.blobs.errors import DamagedCiphertext

from documents.domain.errors import DoesNotFit
from documents.storage.key_messages import TextKind

KEY_BYTES = 32
_NONCE = 12


class GroupKey(NamedTuple):
    """A group's key of one epoch."""

    group_id: UUID
    epoch: int
    key: bytes


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(wrapping_key: bytes, place: bytes, key: bytes) -> bytes:
    """`key` under `wrapping_key`, bound to `place`."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, key, place)


def unwrap(wrapping_key: bytes, place: bytes, wrapped: bytes) -> bytes:
    """The key. Raises DoesNotFit for another place, another wrapping key and damaged bytes alike."""
    try:
        return AESGCM(wrapping_key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], place)
    except (InvalidTag, ValueError):
        raise DoesNotFit from None


def place_of_group_key(group_id: UUID, epoch: int) -> bytes:
    return context("group key", str(group_id), epoch)


def place_of_document_key(group_id: UUID, document_id: UUID, version_id: UUID, epoch: int) -> bytes:
    return context("document key", str(group_id), str(document_id), str(version_id), epoch)


def place_of_release_key(release_id: UUID, group_id: UUID, document_id: UUID, version_id: UUID, epoch: int) -> bytes:
    return context("release key", str(release_id), str(group_id), str(document_id), str(version_id), epoch)


def seal_text(group: GroupKey, document_id: UUID, kind: TextKind, plain: str) -> bytes:
    """One C2SP message, bound to group, document, kind and epoch."""
    return encrypt(_texts_key(group), _place_of_text(group, document_id, kind), plain.encode())


def open_text(group: GroupKey, document_id: UUID, kind: TextKind, sealed: bytes) -> str:
    """The text. Raises DoesNotFit."""
    try:
        return decrypt(_texts_key(group), _place_of_text(group, document_id, kind), sealed).decode()
    except DamagedCiphertext:
        raise DoesNotFit from None


def _texts_key(group: GroupKey) -> bytes:
    info = context("texts key", str(group.group_id), group.epoch)
    return HKDF(SHA256(), KEY_BYTES, None, info).derive(group.key)


def _place_of_text(group: GroupKey, document_id: UUID, kind: TextKind) -> bytes:
    return context("text", str(group.group_id), str(document_id), kind.value, group.epoch)
