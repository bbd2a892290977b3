"""What a meeting decided about an office, open to objection for 14 days (P12)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NoSuchMeeting, ResultIsSettled

OPEN_FOR = timedelta(days=14)
LONGEST_AGO = timedelta(days=365)
MOST_NEEDED = 3


class Settled(StrEnum):
    IN_EFFECT = "in_effect"
    OBJECTED = "objected"
    VOID = "void"
    """Before it took effect the person or the group was gone, a ballot decided, or the person came to lead."""


@dataclass(eq=False)
class MeetingResult:
    """That a meeting chose a person for an office. Both people are None where they were erased."""

    id: UUID
    group_id: UUID
    office: str
    person_id: UUID | None
    recorded_by: UUID | None
    held_on: date
    minutes_note: str
    recorded_at: datetime
    takes_effect_at: datetime
    settled_at: datetime | None
    settled: Settled | None

    @classmethod
    def record(
        cls,
        group_id: UUID,
        office: str,
        person_id: UUID,
        *,
        recorded_by: UUID,
        held_on: date,
        minutes_note: str,
        now: datetime,
    ) -> "MeetingResult":
        """NoSuchMeeting for one to come, or of more than a year ago."""
        if not now.date() - LONGEST_AGO <= held_on <= now.date():
            raise NoSuchMeeting
        return cls(
            new_id(), group_id, office, person_id, recorded_by, held_on, minutes_note, now, now + OPEN_FOR, None, None
        )

    def must_be_open(self, now: datetime) -> None:
        """ResultIsSettled once the 14 days are over, or enough objected."""
        if self.settled_at is not None or now >= self.takes_effect_at:
            raise ResultIsSettled

    def settle(self, settled: Settled, now: datetime) -> None:
        self.settled, self.settled_at = settled, now


def objections_needed(others: int) -> int:
    """Three members, or all besides the person chosen if they are fewer; never nobody."""
    return max(1, min(MOST_NEEDED, others))
