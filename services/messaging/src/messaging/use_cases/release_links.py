"""The links of a release as documents is told them: a reference, the secret's digest, and whose release it is."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from shared.auth.link_texts import seal_for_link
from shared.contracts.messaging import ReleaseLink

from messaging.keyring import Keyring


def release_links(keyring: Keyring, release_id: UUID, group_name: str, refs: Iterable[UUID]) -> list[ReleaseLink]:
    """One link for each recipient."""
    return [_link(keyring.release_secret(release_id, ref), release_id, group_name, ref) for ref in refs]


def _link(secret: str, release_id: UUID, group_name: str, ref: UUID) -> ReleaseLink:
    return ReleaseLink(
        recipient_ref=ref,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        sealed_group_name=seal_for_link(secret, release_id, ref, group_name),
    )
