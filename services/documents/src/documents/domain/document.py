"""A document of a group and its versions. Nothing here is readable: texts and keys are sealed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from documents.domain.errors import DateHasPassed, KeptUntil

BIN_LIFE = timedelta(days=30)
"""How long a document can be restored; then its keys are destroyed (P22)."""


NAMELESS = "Damaged name"
"""Under which a file goes out whose name does not open any more."""


class Readers(StrEnum):
    """Who in the group may read a document (P20)."""

    OFFICERS = "officers"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Texts:
    """What people read of a document besides its content."""

    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedWords:
    """What a search opens of a document, and nothing else of it."""

    id: UUID
    texts_epoch: int
    sealed_name: bytes
    sealed_tags: bytes | None


@dataclass
class Document:
    """What a vault holds. `texts_epoch` is the epoch of the group key under which all its texts are sealed.

    On `expires_on` it goes into the bin by itself; before `keep_until` it does not go there at all. Days are UTC's.
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
    sealed_tags: bytes | None = None
    folder_id: UUID | None = None
    pinned_at: datetime | None = None
    expires_on: date | None = None
    keep_until: date | None = None
    deleted_at: datetime | None = None
    deleted_by: UUID | None = None
    destroyed_at: datetime | None = None
    version: int = 1

    def put_into_bin(self, by: UUID, at: datetime) -> None:
        """Hides the document; it can be brought back while it is in the bin (P22). Raises KeptUntil."""
        if self.keep_until is not None and at.date() < self.keep_until:
            raise KeptUntil.day(self.keep_until)
        self.deleted_at, self.deleted_by = at, by
        self.version += 1

    @property
    def leaves_on(self) -> date | None:
        """The day on which it goes into the bin by itself: its last day, or later where it is to be kept longer."""
        if self.expires_on is None or self.keep_until is None:
            return self.expires_on
        return max(self.expires_on, self.keep_until)

    @property
    def destroyed_on(self) -> date | None:
        """The day on which what lies in the bin is destroyed."""
        return None if self.deleted_at is None else (self.deleted_at + BIN_LIFE).date()


def need_future(day: date | None, today: date) -> None:
    """Raises DateHasPassed unless the day is still to come, or none."""
    if day is not None and day <= today:
        raise DateHasPassed


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
