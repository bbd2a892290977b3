"""Two people of an organisation may keep its looks at a group out of sight for a time (P17)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import AgreedAlready, NoSuchDelayEnd, TwoPeopleDelay
from groups.domain.markings import Human

LONGEST = timedelta(days=90)


@dataclass(eq=False)
class LookDelay:
    """Asked by one person, in force once another agrees; `until` is the day on which the looks show."""

    id: UUID
    group_id: UUID
    organisation_id: UUID
    asked_by: UUID
    asked_at: datetime
    reason: str
    until: date
    agreed_by: UUID | None
    agreed_at: datetime | None

    @classmethod
    def ask(
        cls, group_id: UUID, organisation_id: UUID, *, asked_by: UUID, reason: str, until: date, now: datetime
    ) -> "LookDelay":
        """NoSuchDelayEnd for a day that is over, or more than 90 days away."""
        if not now.date() < until <= now.date() + LONGEST:
            raise NoSuchDelayEnd
        return cls(new_id(), group_id, organisation_id, asked_by, now, reason, until, None, None)

    def agree(self, staff_id: UUID, human: Human, now: datetime) -> None:
        """TwoPeopleDelay where it is the same human; AgreedAlready; NoSuchDelayEnd once its day has come."""
        if self.agreed_by is not None:
            raise AgreedAlready
        if self.asked_by in human.accounts:
            raise TwoPeopleDelay
        if self.until <= now.date():
            raise NoSuchDelayEnd
        self.agreed_by, self.agreed_at = staff_id, now
