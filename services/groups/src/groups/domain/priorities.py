"""What a ward panel asks of the police: three priorities at a time, each answered, each with an outcome."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NoSuchMeeting, OnlyInWardPanels, PrioritiesAreFull, PriorityIsClosed
from groups.domain.groups import Group, Kind

MOST_OPEN = 3
LONGEST_AGO = timedelta(days=365)


@dataclass(eq=False)
class Priority:
    """What was agreed and when; `outcome` is what came of it, with which it closed."""

    id: UUID
    group_id: UUID
    text: str
    agreed_on: date
    outcome: str | None
    closed_at: datetime | None

    @classmethod
    def agree(cls, group: Group, text: str, *, agreed_on: date, open_already: int, now: datetime) -> "Priority":
        """OnlyInWardPanels, PrioritiesAreFull; NoSuchMeeting for a day to come, or more than a year ago."""
        must_have_priorities(group)
        if open_already >= MOST_OPEN:
            raise PrioritiesAreFull
        if not now.date() - LONGEST_AGO <= agreed_on <= now.date():
            raise NoSuchMeeting
        return cls(new_id(), group.id, text, agreed_on, None, None)

    def must_be_open(self) -> None:
        """Else PriorityIsClosed."""
        if self.closed_at is not None:
            raise PriorityIsClosed

    def close(self, outcome: str, now: datetime) -> None:
        """PriorityIsClosed: what came of it is said once."""
        self.must_be_open()
        self.outcome, self.closed_at = outcome, now


def must_have_priorities(group: Group) -> None:
    """Else OnlyInWardPanels."""
    if group.kind is not Kind.WARD_PANEL:
        raise OnlyInWardPanels
