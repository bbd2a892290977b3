"""What the service and its keys process say to each other. Bytes travel as base64url (RFC 4648 section 5)."""

import base64
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer
from shared.http.fields import Answer, Body

MOST_TEXTS = 200
DOCUMENTS, KEYS = "documents", "keys"
"""Who asks, and who is asked: issuer and audience of the internal token of each call."""


def _read(value: object) -> object:
    return base64.b64decode(value, altchars=b"-_", validate=True) if isinstance(value, str) else value


def _write(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


Bytes64 = Annotated[bytes, BeforeValidator(_read), PlainSerializer(_write, return_type=str, when_used="json")]


class TextKind(StrEnum):
    """Which of a document's texts, or a folder's name; part of what a sealed text is bound to."""

    NAME = "name"
    DESCRIPTION = "description"
    NOTE = "note"
    """Of a release: bound to the release's id in the place of a document's."""
    TAGS = "tags"
    FOLDER = "folder"


class WrapRequest(Body):
    """A new key for one version."""

    document_id: UUID
    version_id: UUID


class WrappedKey(Answer):
    """A version's key under the group's key of this epoch."""

    epoch: int
    wrapped: Bytes64


class UnwrapRequest(Body):
    """A version's key is needed, by somebody who belongs."""

    document_id: UUID
    version_id: UUID
    epoch: int
    wrapped: Bytes64


class PlainKey(Answer):
    """A version's key, for the length of one upload or download."""

    key: Bytes64


class SealRequest(Body):
    """Texts of one document, or the name of one folder under the folder's id, to be sealed."""

    document_id: UUID
    texts: dict[TextKind, str]


class SealedTexts(Answer):
    """Texts sealed under the group's key of this epoch."""

    epoch: int
    sealed: dict[TextKind, Bytes64]


class SealedText(Body):
    """One sealed text and what it is bound to."""

    document_id: UUID
    kind: TextKind
    epoch: int
    sealed: Bytes64


class OpenRequest(Body):
    """Sealed texts of one group, to be read by a member."""

    texts: Annotated[list[SealedText], Field(max_length=MOST_TEXTS)]


class OpenedTexts(Answer):
    """The texts, in the order they were asked for; None for one that does not open in its place."""

    texts: list[str | None]


class ReleaseRequest(Body):
    """One version and its name, to be opened later by whoever holds a link of this release."""

    release_id: UUID
    document_id: UUID
    version_id: UUID
    epoch: int
    wrapped: Bytes64
    name_epoch: int
    sealed_name: Bytes64
    note_epoch: int | None
    sealed_note: Bytes64 | None
    expires_at: AwareDatetime
    download_limit: int | None


class LinkRequest(Body):
    """What a link of a release says."""

    ref: UUID
    secret: Annotated[str, Field(max_length=200)]


class ReleaseNote(Answer):
    """What the group wrote to whoever holds a link of a release."""

    note: str | None


class OpenedRelease(Answer):
    """The one version that a link opens."""

    group_id: UUID
    document_id: UUID
    version_id: UUID
    name: str
    key: Bytes64
