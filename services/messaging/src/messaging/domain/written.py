"""What is to be sent, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from messaging.domain.audience import Audience
from messaging.domain.errors import NotFinished
from messaging.domain.message_types import MessageType

OFFICERS_PRIORITY = 3


@dataclass(frozen=True, slots=True)
class Written:
    """`priority` is 1 (urgent) to 5. Of a draft, subject and body may be empty still."""

    subject: str
    body: str
    type: MessageType
    audience: Audience
    attachment_ids: Sequence[UUID] = ()
    priority: int = OFFICERS_PRIORITY

    def need_finished(self) -> None:
        """Raises NotFinished."""
        if not (self.subject.strip() and self.body.strip()):
            raise NotFinished
