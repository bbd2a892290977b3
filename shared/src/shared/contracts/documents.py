"""What documents tells messaging: never a name, a size or a type of a file."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Event


class ReleaseCreated(Event):
    """A document version is to be forwarded to one of the group's mailing lists."""

    type: ClassVar[str] = "documents.release_created.v1"
    aggregate: ClassVar[str] = "release_id"

    release_id: UUID
    group_id: UUID
    list_id: UUID
    released_by: UUID
    expires_at: datetime


class ReleaseRevoked(Event):
    """A release, whole (`recipient_refs` is None) or for some recipients, no longer opens anything."""

    type: ClassVar[str] = "documents.release_revoked.v1"
    aggregate: ClassVar[str] = "release_id"

    release_id: UUID
    group_id: UUID
    recipient_refs: list[UUID] | None


class ErasureDone(Event):
    """Documents has forgotten a person, as identity's `person_erased` of the same version asked."""

    type: ClassVar[str] = "documents.erasure_done.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID
