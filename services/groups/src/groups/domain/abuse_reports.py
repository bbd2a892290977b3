"""Reports of abuse: from who belongs to a group, or did until a month ago, and from anybody about a listed one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.ids import new_id

MOST_A_DAY = 10
"""Of one person about one group; and of everybody outside together."""
LATEST_AFTER_REMOVAL = timedelta(days=30)
A_DAY = timedelta(days=1)
KEPT_CLOSED = timedelta(days=365)
"""How long a report that was closed is kept, to see whether it was the first."""


@dataclass(frozen=True, slots=True)
class AbuseReport:
    """For staff of the area alone: its officers never see it.

    `reporter_id` is None for who wrote from outside; their name is for staff only where they chose `is_named`.
    `reply_to` is for who wrote from outside and wants an answer.
    """

    id: UUID
    group_id: UUID
    reporter_id: UUID | None
    is_named: bool
    text: str
    reply_to: str | None
    reported_at: datetime

    @classmethod
    def of_member(cls, group_id: UUID, reporter_id: UUID, text: str, now: datetime, *, is_named: bool) -> "AbuseReport":
        return cls(new_id(), group_id, reporter_id, is_named, text, None, now)

    @classmethod
    def from_outside(cls, group_id: UUID, text: str, reply_to: str | None, now: datetime) -> "AbuseReport":
        return cls(new_id(), group_id, None, False, text, reply_to, now)
