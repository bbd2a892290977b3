"""A text that only the holder of a release's link can read: sealed under the link's own secret."""

import base64
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.blobs.chunked import KEY, decrypt, encrypt
from shared.blobs.contexts import context
from shared.blobs.errors import DamagedCiphertext
from shared.errors import Invalid


class NotOfThisLink(Invalid):
    """Another secret, release or recipient, or a changed byte."""

    code = "auth.not_of_this_link"


def seal_for_link(secret: str, release_id: UUID, ref: UUID, plain: str) -> str:
    """URL-safe text, another one each time: one C2SP message under HKDF-SHA-256 of the secret."""
    sealed = encrypt(_key(secret), _place(release_id, ref), plain.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def open_for_link(secret: str, release_id: UUID, ref: UUID, sealed: str) -> str:
    """What was sealed for this link. Raises NotOfThisLink."""
    try:
        return decrypt(_key(secret), _place(release_id, ref), base64.urlsafe_b64decode(sealed)).decode()
    except (DamagedCiphertext, ValueError):
        raise NotOfThisLink from None


def _key(secret: str) -> bytes:
    return HKDF(SHA256(), KEY, None, context("texts of a link")).derive(secret.encode())


def _place(release_id: UUID, ref: UUID) -> bytes:
    return context("text of a link", str(release_id), str(ref))
