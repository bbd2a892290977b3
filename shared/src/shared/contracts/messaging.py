"""What messaging tells the others, and itself."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event


class ReleaseLink(BaseModel):
    """One recipient of a release: a reference that means nothing elsewhere, and the SHA-256 of their secret, in hex.

    `sealed_group_name` opens with that secret alone (`shared.auth.link_texts`): whoever holds it sees whose it is.
    """

    model_config = ConfigDict(frozen=True)

    recipient_ref: UUID
    secret_sha256: str
    sealed_group_name: str


class ReleaseLinksIssued(Event):
    """Links exist for these recipients; the mails follow once documents can honour them."""

    type: ClassVar[str] = "messaging.release_links_issued.v2"
    aggregate: ClassVar[str] = "release_id"

    release_id: UUID
    group_id: UUID
    links: list[ReleaseLink]


class ReleaseLinksEnded(Event):
    """These links open nothing any more: their holders no longer belong to the group, or the group is closed (P18)."""

    type: ClassVar[str] = "messaging.release_links_ended.v1"
    aggregate: ClassVar[str] = "release_id"

    release_id: UUID
    group_id: UUID
    recipient_refs: list[UUID]


class ChunkReady(Event):
    """Up to 1,000 recipients of a message await sending; read by messaging's own workers."""

    type: ClassVar[str] = "messaging.chunk_ready.v1"
    aggregate: ClassVar[str] = "chunk_id"

    chunk_id: UUID
    message_id: UUID


class ErasureDone(Event):
    """Messaging has forgotten a person, as identity's `person_erased` of the same version asked."""

    type: ClassVar[str] = "messaging.erasure_done.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID


class CommsIssueChanged(Event):
    """A way of reaching a person fails, or works again. Never the address."""

    type: ClassVar[str] = "messaging.comms_issue_changed.v1"
    aggregate: ClassVar[str] = "issue_id"

    issue_id: UUID
    person_id: UUID
    channel: Literal["email"]
    state: Literal["open", "solved"]
