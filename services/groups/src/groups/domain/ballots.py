"""Ballots of the active members: who may call one, its phases by time, and how it is counted (P12)."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NotOpenForNominations, NotOpenForVotes

NOMINATIONS_LAST = timedelta(days=7)
VOTING_LASTS = timedelta(days=7)
ASKING_LASTS = timedelta(days=90)
"""Who asked for a ballot longer ago asks again."""

FEWEST_ASKERS = 3
RECEIPT_BYTES = 16


class Phase(StrEnum):
    NOMINATIONS = "nominations"
    VOTING = "voting"
    OVER = "over"


class Outcome(StrEnum):
    ELECTED = "elected"
    NOBODY_STOOD = "nobody_stood"
    NOBODY_VOTED = "nobody_voted"
    NOBODY_LEFT = "nobody_left"
    """Of those who stood nobody belongs to the group any more, or there is no group."""


@dataclass(eq=False)
class Ballot:
    """A ballot for one office. `electorate` is how many may vote, once that is known; `elected` is a nomination."""

    id: UUID
    group_id: UUID
    office: str
    opened_at: datetime
    nominations_until: datetime
    voting_until: datetime
    electorate: int | None
    closed_at: datetime | None
    outcome: Outcome | None
    elected: UUID | None
    is_by_lot: bool

    @classmethod
    def open(cls, group_id: UUID, office: str, now: datetime) -> "Ballot":
        voting_from = now + NOMINATIONS_LAST
        return cls(
            new_id(), group_id, office, now, voting_from, voting_from + VOTING_LASTS, None, None, None, None, False
        )

    def phase(self, now: datetime) -> Phase:
        if self.closed_at is not None or now >= self.voting_until:
            return Phase.OVER
        return Phase.NOMINATIONS if now < self.nominations_until else Phase.VOTING

    def must_take_nominations(self, now: datetime) -> None:
        """Else NotOpenForNominations."""
        if self.phase(now) is not Phase.NOMINATIONS:
            raise NotOpenForNominations

    def must_take_votes(self, now: datetime) -> None:
        """Else NotOpenForVotes."""
        if self.phase(now) is not Phase.VOTING:
            raise NotOpenForVotes

    def close(self, result: "Result", now: datetime) -> None:
        self.closed_at, self.outcome = now, result.outcome
        self.elected, self.is_by_lot = result.elected, result.is_by_lot


@dataclass(eq=False)
class Nomination:
    """A member who may be voted for, once they have accepted. `person_id` is None where they were erased."""

    id: UUID
    ballot_id: UUID
    person_id: UUID | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A vote as it rests: nobody's, of no time, under a receipt that its voter alone was given."""

    receipt: str
    nomination_id: UUID


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    elected: UUID | None = None
    is_by_lot: bool = False


def make_receipt() -> str:
    """128 random bits, safe in a URL."""
    return secrets.token_urlsafe(RECEIPT_BYTES)


def askers_needed(active_members: int) -> int:
    """30 % of the active members, three at least (P12)."""
    return max(FEWEST_ASKERS, -(-active_members * 3 // 10))


def count(choices: Sequence[Choice], may_win: Collection[UUID]) -> Result:
    """Most votes among the nominations that may still win; where several have most, the lot decides."""
    if not choices:
        return Result(Outcome.NOBODY_VOTED)
    votes = Counter(choice.nomination_id for choice in choices if choice.nomination_id in may_win)
    if not votes:
        return Result(Outcome.NOBODY_LEFT)
    most = max(votes.values())
    tied = [nomination for nomination, number in votes.items() if number == most]
    elected = draw_lot(tied, (choice.receipt for choice in choices))
    return Result(Outcome.ELECTED, elected, is_by_lot=len(tied) > 1)


def draw_lot(tied: Iterable[UUID], receipts: Iterable[str]) -> UUID:
    """One of the tied, and the same for everybody who draws again from what is published.

    SHA-256 over the receipts, sorted and joined by line feeds, as a big-endian number, modulo how many are tied, counts
    into the tied nominations sorted by id.
    """
    ordered = sorted(tied, key=str)
    digest = hashlib.sha256("\n".join(sorted(receipts)).encode()).digest()
    return ordered[int.from_bytes(digest, "big") % len(ordered)]
