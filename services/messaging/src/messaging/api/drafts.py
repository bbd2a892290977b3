"""What drafts look like in requests and answers, for officers and staff alike."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints
from shared.http.fields import Answer, Body

from messaging.api.answers import AttachmentIds
from messaging.api.audience import GroupAudience, Members, StaffAudience, as_told
from messaging.copies import Letter
from messaging.domain.message_types import MessageType
from messaging.domain.written import OFFICERS_PRIORITY, Written
from messaging.storage.drafts import WrittenDraft


def _with_line_feeds(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Subject = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[
    str,
    BeforeValidator(_with_line_feeds),
    StringConstraints(max_length=20_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$"),
]
Version = Annotated[int, Field(ge=1)]


class _DraftFields(Body):
    """It may be unfinished: it is kept as it is written."""

    subject: Subject = ""
    body: Text = ""
    attachment_ids: AttachmentIds = Field(default_factory=list)


class GroupDraft(_DraftFields):
    type: MessageType = MessageType.GROUP_NEWS
    audience: GroupAudience = GroupAudience(include=[Members(kind="members")], exclude=[])

    def of(self, group_id: UUID) -> Written:
        """What it says in this group."""
        return Written(self.subject, self.body, self.type, self.audience.of(group_id), self.attachment_ids)


class StaffDraft(_DraftFields):
    type: MessageType = MessageType.CRIME_ALERT
    priority: Annotated[int, Field(ge=1, le=5)] = OFFICERS_PRIORITY
    audience: StaffAudience

    def as_written(self) -> Written:
        return Written(self.subject, self.body, self.type, self.audience.as_told(), self.attachment_ids, self.priority)


class EditedGroupDraft(GroupDraft):
    """`version` is that of the draft which this takes the place of."""

    version: Version


class EditedStaffDraft(StaffDraft):
    """`version` is that of the draft which this takes the place of."""

    version: Version


class OfVersion(Body):
    """What is meant is the draft as it was at this version."""

    version: Version


class Schedule(OfVersion):
    send_at: AwareDatetime


class DraftAnswer(Answer):
    """`state` is `draft`, `scheduled`, `sent` as the message of `message_id`, or `held`: due, and not to be sent."""

    id: UUID
    version: int
    state: str
    edited_by: UUID
    edited_at: datetime
    is_approved: bool
    approved_by: UUID | None
    send_at: datetime | None
    message_id: UUID | None
    subject: str
    body: str
    type: str
    priority: int
    audience: dict[str, Any]
    attachment_ids: list[UUID]


class DraftsAnswer(Answer):
    drafts: list[DraftAnswer]


class PreviewAnswer(Answer):
    """The mail as it would be read, without what is attached. Where each copy has a link of its own, `LINK` stands."""

    sender: str
    subject: str
    text: str
    html: str


LINK: Final = "#a-link-of-their-own"


def previewed(letter: Letter) -> PreviewAnswer:
    text, html = letter.text, letter.html
    for slot in letter.slots:
        text, html = text.replace(str(slot), LINK), html.replace(str(slot), LINK)
    return PreviewAnswer(sender=letter.sender_name, subject=letter.subject, text=text, html=html)


def shown(found: WrittenDraft) -> DraftAnswer:
    draft, written = found
    return DraftAnswer(
        id=draft.id,
        version=draft.version,
        state=draft.state.value,
        edited_by=draft.edited_by,
        edited_at=draft.edited_at,
        is_approved=draft.is_approved,
        approved_by=draft.approved_by if draft.is_approved else None,
        send_at=draft.send_at,
        message_id=draft.message_id,
        subject=written.subject,
        body=written.body,
        type=written.type,
        priority=written.priority,
        audience=as_told(written.audience, draft.group_id),
        attachment_ids=list(written.attachment_ids),
    )
