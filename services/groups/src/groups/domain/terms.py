"""Terms: who holds an office, or the right to forward, from when until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.auth.passes import Right
from shared.ids import new_id

from groups.domain.errors import CannotLengthenYourOwnTerm, NoSuchAbsence, NoSuchEnd

FORWARDER = "forwarder"
"""Not an office: a right that the chair gives to members who hold none. It has terms as offices have."""

LONGEST = timedelta(days=3 * 365 + 1)
AWAY_AFTER = timedelta(days=30)
"""Who was not seen in the group for so long is not there (P12)."""
LONGEST_ABSENCE = timedelta(days=365)


@dataclass(eq=False)
class Term:
    """One person in one office of one group. `until` is None while it is held, and `ends_at` is when it is to end."""

    id: UUID
    group_id: UUID
    person_id: UUID
    office: str
    since: datetime
    until: datetime | None
    ends_at: datetime | None
    last_seen_on: date | None
    absent_until: date | None
    version: int

    @classmethod
    def begin(
        cls, group_id: UUID, person_id: UUID, office: str, at: datetime, *, ends_at: datetime | None = None
    ) -> "Term":
        """NoSuchEnd unless the planned end lies ahead, at most three years."""
        _check_end(ends_at, at)
        return cls(new_id(), group_id, person_id, office, at, None, ends_at, at.date(), None, 1)

    @property
    def is_office(self) -> bool:
        return self.office != FORWARDER

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.office)

    def is_held(self, now: datetime) -> bool:
        """Whether it gives anything: a term that ran out gives nothing, also before anybody has ended it (P18)."""
        return self.until is None and (self.ends_at is None or self.ends_at > now)

    def end(self, at: datetime) -> None:
        """Ends it now, or at its planned end where that is past. Whether its holder was there is forgotten."""
        self.until = at if self.ends_at is None else min(at, self.ends_at)
        self.last_seen_on = self.absent_until = None
        self.version += 1

    def note_change(self) -> None:
        """What it gives has changed with its holder's membership: a new version tells the others."""
        self.version += 1

    def plan_end(self, ends_at: datetime | None, now: datetime, *, by: UUID) -> None:
        """Another planned end, or none. NoSuchEnd; CannotLengthenYourOwnTerm for a holder who would stay longer."""
        if ends_at == self.ends_at:
            return
        _check_end(ends_at, now)
        if by == self.person_id and self.ends_at is not None and (ends_at is None or ends_at > self.ends_at):
            raise CannotLengthenYourOwnTerm
        self.ends_at = ends_at

    def be_away(self, until: date, today: date) -> None:
        """The holder is away up to and including that day. NoSuchAbsence unless it lies ahead, at most a year."""
        if not today <= until <= today + LONGEST_ABSENCE:
            raise NoSuchAbsence
        self.absent_until = until

    def be_back(self) -> None:
        self.absent_until = None


def rights_of(office: str) -> frozenset[Right]:
    """What an office carries: officers may do all that a group's officers do, forwarders may forward alone."""
    return frozenset({Right.FORWARD}) if office == FORWARDER else frozenset(Right)


def _check_end(ends_at: datetime | None, now: datetime) -> None:
    if ends_at is not None and not now < ends_at <= now + LONGEST:
        raise NoSuchEnd
