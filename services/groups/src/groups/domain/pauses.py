"""Two people of different authorities pause a group's sending and public listing, and nothing else (P4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import CannotPauseYourOwnGroup, NoSuchPause, PausedAlready, TwoAuthoritiesPause
from groups.domain.markings import Authority, Human

LASTS = timedelta(days=14)
LAPSES_AFTER = timedelta(days=7)
"""How long one authority's word waits for the other's."""


@dataclass(eq=False)
class Pause:
    """Asked for by one authority, in force from when the other confirms it until `ends_at`.

    `number` counts the pauses that were asked for in the group, from 1. `reason` is for the group's members to read.
    """

    id: UUID
    group_id: UUID
    number: int
    reason: str
    asked_authority: Authority
    asked_by: UUID
    asked_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    ends_at: datetime | None

    @classmethod
    def ask(
        cls,
        group_id: UUID,
        last: "Pause | None",
        *,
        reason: str,
        authority: Authority,
        asked_by: UUID,
        human: Human,
        officers: Iterable[UUID],
        now: datetime,
    ) -> "Pause":
        """CannotPauseYourOwnGroup; PausedAlready while `last`, the one before, waits or is in force."""
        _check_distance(human, officers)
        if last is not None and last.is_open(now):
            raise PausedAlready
        number = 1 if last is None else last.number + 1
        return cls(new_id(), group_id, number, reason, authority, asked_by, now, None, None, None)

    @property
    def lapses_at(self) -> datetime:
        return self.asked_at + LAPSES_AFTER

    def is_open(self, now: datetime) -> bool:
        """Whether it waits to be confirmed, or is in force."""
        return now < (self.lapses_at if self.ends_at is None else self.ends_at)

    def confirm(
        self, authority: Authority, confirmed_by: UUID, human: Human, officers: Iterable[UUID], now: datetime
    ) -> None:
        """In force for 14 days. CannotPauseYourOwnGroup, PausedAlready, NoSuchPause once it has lapsed.

        TwoAuthoritiesPause for the authority that asked, and for the human who did, whatever the account.
        """
        _check_distance(human, officers)
        if not self.is_open(now):
            raise NoSuchPause
        if self.ends_at is not None:
            raise PausedAlready
        if authority is self.asked_authority or self.asked_by in human.accounts:
            raise TwoAuthoritiesPause
        self.confirmed_by, self.confirmed_at, self.ends_at = confirmed_by, now, now + LASTS


def _check_distance(human: Human, officers: Iterable[UUID]) -> None:
    if human.accounts.intersection(officers):
        raise CannotPauseYourOwnGroup
