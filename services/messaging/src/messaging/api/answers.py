"""What messages and attachments look like in requests and answers, for members and staff alike."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from shared.http.fields import Answer, Body, Line, Paragraphs

from messaging.api.audience import GroupAudience, Members, StaffAudience
from messaging.domain.audience import Audience
from messaging.domain.message_types import MessageType
from messaging.domain.written import Written
from messaging.storage.messages import Message
from messaging.use_cases.keep_attachment import LARGEST_BYTES
from messaging.use_cases.read_messages import Received, WholeMessage

ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,100}$")]
FileName = Annotated[Line, StringConstraints(pattern=r"^[^/\\]+$")]
AttachmentIds = Annotated[list[UUID], Field(max_length=10)]


class NewAttachment(Body):
    """`length` is in bytes, 25 MiB at most."""

    name: FileName
    content_type: ContentType
    length: Annotated[int, Field(ge=1, le=LARGEST_BYTES)]


class AttachmentMade(Answer):
    id: UUID


class _Writing(Body):
    subject: Line
    body: Paragraphs
    attachment_ids: AttachmentIds = Field(default_factory=list)


class NewMessage(_Writing):
    """To all members of the group, where no audience is given."""

    type: MessageType = MessageType.GROUP_NEWS
    audience: GroupAudience = GroupAudience(include=[Members(kind="members")], exclude=[])

    def of(self, group_id: UUID) -> Written:
        """What it says in this group."""
        return Written(self.subject, self.body, self.type, self.audience.of(group_id), self.attachment_ids)


class NewGroupAlert(_Writing):
    """To one group's members. `priority` is 1 (urgent) to 5."""

    type: MessageType = MessageType.CRIME_ALERT
    priority: Annotated[int, Field(ge=1, le=5)]

    def to(self, audience: Audience) -> Written:
        """What it says to these."""
        return Written(self.subject, self.body, self.type, audience, self.attachment_ids, self.priority)


class NewAlert(NewGroupAlert):
    """To groups, offices and areas."""

    audience: StaffAudience


class MessageAnswer(Answer):
    """`from` says which office or team sent it (P23)."""

    id: UUID
    subject: str
    sender: Annotated[str, Field(serialization_alias="from")]
    sent_at: datetime
    type: str
    priority: int


class MessagesAnswer(Answer):
    messages: list[MessageAnswer]


class InboxMessage(MessageAnswer):
    """Both are null for an alert to more than one group, or to an area."""

    group_id: UUID | None
    group: str | None


class InboxAnswer(Answer):
    messages: list[InboxMessage]


class AttachmentAnswer(Answer):
    id: UUID
    name: str
    content_type: str
    length: int


class DeliveryAnswer(Answer):
    """Mailboxes, by what became of them; `repeated` are copies that may have arrived twice (P28).

    `withheld_by_pause`: so many of the withheld because the group's sending was paused meanwhile (P4).
    """

    queued: int
    sent: int
    withheld: int
    failed: int
    repeated: int
    withheld_by_pause: int


class WholeMessageAnswer(MessageAnswer):
    """`delivery` is null for whoever did not send it or may not know; `why` it came is told to members."""

    body: str
    attachments: list[AttachmentAnswer]
    delivery: DeliveryAnswer | None
    why: str | None


def several(messages: Iterable[Message]) -> MessagesAnswer:
    return MessagesAnswer(messages=[MessageAnswer.model_validate(each) for each in messages])


def whole(found: WholeMessage) -> WholeMessageAnswer:
    return WholeMessageAnswer(
        **MessageAnswer.model_validate(found.message).model_dump(),
        body=found.message.body or "",
        attachments=[AttachmentAnswer.model_validate(each) for each in found.attachments],
        delivery=DeliveryAnswer.model_validate(found.figures) if found.figures else None,
        why=found.why,
    )


def inbox(found: Iterable[Received]) -> InboxAnswer:
    return InboxAnswer(
        messages=[
            InboxMessage(
                **MessageAnswer.model_validate(each.message).model_dump(),
                group_id=each.message.group_id,
                group=each.group,
            )
            for each in found
        ]
    )
