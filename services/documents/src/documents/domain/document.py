"""A document of a group and its versions. Nothing here is readable: texts and keys are sealed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

BIN_LIFE = timedelta(days=30)
"""How long a deleted document can be brought back; then its keys are destroyed (P22)."""


class Readers(StrEnum):
    """Who in the group may read a document (P20)."""

    OFFICERS = "officers"
    MEMBERS = "members"


@dataclass
class Document:
    """What a vault holds. `texts_epoch` is the epoch of the group key under which name and description are sealed.

    Once `destroyed_at` is set nothing opens its versions again.
    """

    id: UUID
    group_id: UUID
    readers: Readers
    sealed_name: bytes
    sealed_description: bytes | None
    texts_epoch: int
    created_by: UUID
    created_at: datetime
    deleted_at: datetime | None = None
    deleted_by: UUID | None = None
    destroyed_at: datetime | None = None
    version: int = 1

    def put_into_bin(self, by: UUID, at: datetime) -> None:
        """Hides the document; it can be brought back while it is in the bin (P22)."""
        self.deleted_at, self.deleted_by = at, by
        self.version += 1


@dataclass
class Version:
    """One state of a document's content: declared with its length in bytes, then ready, or else absent (P22)."""

    id: UUID
    group_id: UUID
    document_id: UUID
    length: int
    wrapped_key: bytes
    key_epoch: int
    added_by: UUID
    created_at: datetime
    object_key: str | None = None
    ready_at: datetime | None = None
