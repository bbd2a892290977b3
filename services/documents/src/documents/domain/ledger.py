"""The ledger of a document: what was done with it, by whom and when. A line is never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Act(StrEnum):
    """What can be done with a document."""

    ADDED = "added"
    RENAMED = "renamed"
    DESCRIBED = "described"
    TAGGED = "tagged"
    READERS_CHANGED = "readers_changed"
    MOVED = "moved"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    EXPIRY_CHANGED = "expiry_changed"
    RETENTION_CHANGED = "retention_changed"
    VERSION_ADDED = "version_added"
    READ = "read"
    RELEASED = "released"
    REVOKED = "revoked"
    DOWNLOADED = "downloaded"
    PUT_INTO_BIN = "put_into_bin"
    RESTORED = "restored"
    DESTROYED = "destroyed"


@dataclass
class LedgerLine:
    """`person_id` is None where nobody did it: a day came, or a link was used, whose `recipient_ref` is told."""

    id: UUID
    group_id: UUID
    document_id: UUID
    act: Act
    at: datetime
    person_id: UUID | None = None
    version_id: UUID | None = None
    release_id: UUID | None = None
    recipient_ref: UUID | None = None
