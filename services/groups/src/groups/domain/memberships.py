"""A person in a group: from asked or invited to active, and out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NoSuchGroup, NoSuchSuspension, NotActive, NotInvited, NotPending, NotSuspended

INVITED_FOR = timedelta(days=30)


class MembershipState(StrEnum):
    INVITED = "invited"
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"
    REMOVED = "removed"


BELONGING = frozenset({MembershipState.ACTIVE, MembershipState.SUSPENDED})
"""Who is suspended belongs all the same: their place is theirs, and nothing else."""
LONGEST_SUSPENSION = timedelta(days=366)
UNDONE_WITHIN = timedelta(days=7)

OVER = frozenset({MembershipState.LEFT, MembershipState.REMOVED})


@dataclass(eq=False)
class Membership:
    """One person in one group. `reason` is what the person, or the officer who ended it, gave last.

    `since` is when they asked, were invited or came in. `suspended_until` is when a suspension is to end, and
    `undo_until` how long who left may come back by their own act. `merged_from` is the group with which they came.
    """

    id: UUID
    group_id: UUID
    person_id: UUID
    state: MembershipState
    reason: str | None
    since: datetime
    version: int
    suspended_until: datetime | None = None
    undo_until: datetime | None = None
    merged_from: UUID | None = None

    @classmethod
    def begin(cls, group_id: UUID, person_id: UUID, state: MembershipState, at: datetime) -> "Membership":
        return cls(new_id(), group_id, person_id, state, None, at, 1)

    @property
    def is_active(self) -> bool:
        return self.state is MembershipState.ACTIVE

    @property
    def belongs(self) -> bool:
        return self.state in BELONGING

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def ask_again(self, reason: str | None, at: datetime) -> None:
        """Who left or was removed may ask again; the officers decide again."""
        self._become(MembershipState.PENDING, at, reason)

    def invite_again(self, at: datetime) -> None:
        self._become(MembershipState.INVITED, at, None)

    def stay_invited(self, at: datetime) -> None:
        """A repeated invitation is open for 30 days from now. Nobody is told anew, so no version tells of it."""
        self.since = at

    def has_lapsed(self, now: datetime) -> bool:
        """Whether an invitation was not accepted in its 30 days."""
        return self.state is MembershipState.INVITED and now >= self.since + INVITED_FOR

    def accept(self, at: datetime) -> None:
        """NotInvited unless an invitation is open: 30 days."""
        if self.state is not MembershipState.INVITED or self.has_lapsed(at):
            raise NotInvited
        self._become(MembershipState.ACTIVE, at, None)

    def admit(self, at: datetime) -> None:
        """NotPending unless the person asked and nobody has decided."""
        self._decide(MembershipState.ACTIVE, at, self.reason)

    def refuse(self, reason: str, at: datetime) -> None:
        """NotPending unless the person asked and nobody has decided."""
        self._decide(MembershipState.REMOVED, at, reason)

    def remove(self, reason: str, at: datetime) -> None:
        """NotActive unless the person belongs."""
        if not self.belongs:
            raise NotActive
        self._become(MembershipState.REMOVED, at, reason)

    def suspend(self, until: datetime, reason: str, at: datetime) -> None:
        """NotActive unless the person is active; NoSuchSuspension unless the end lies ahead, at most a year."""
        if not self.is_active:
            raise NotActive
        if not at < until <= at + LONGEST_SUSPENSION:
            raise NoSuchSuspension
        self._become(MembershipState.SUSPENDED, self.since, reason)
        self.suspended_until = until

    def resume(self) -> None:
        """NotSuspended unless the person is."""
        if self.state is not MembershipState.SUSPENDED:
            raise NotSuspended
        self._become(MembershipState.ACTIVE, self.since, None)

    def leave(self, at: datetime) -> None:
        """Leaving, taking a request back and declining an invitation are one act. The first may be undone."""
        if not self.belongs:
            self._become(MembershipState.LEFT, at, None)
            return
        suspended_until = self.suspended_until
        self._become(MembershipState.LEFT, self.since, self.reason if suspended_until else None)
        self.suspended_until, self.undo_until = suspended_until, at + UNDONE_WITHIN

    def undo_leaving(self, at: datetime) -> None:
        """What it was before: active, or suspended to the end that was set. NoSuchGroup where nothing is to undo."""
        if self.undo_until is None or self.undo_until <= at:
            raise NoSuchGroup
        suspended_until, reason = self.suspended_until, self.reason
        self._become(MembershipState.ACTIVE, self.since, None)
        if suspended_until is not None and suspended_until > at:
            self.state, self.suspended_until, self.reason = MembershipState.SUSPENDED, suspended_until, reason

    def come_by_merging(self, was: "Membership", at: datetime) -> None:
        """What they were in the group that ends: active, or suspended to the end that was set."""
        self._become(was.state, at, None if was.is_active else was.reason)
        self.suspended_until, self.merged_from = was.suspended_until, was.group_id

    def forget(self) -> None:
        """Nothing that was said of the person stays. Nobody else knows it, so no version tells of it."""
        self.reason = self.suspended_until = self.undo_until = self.merged_from = None

    def _decide(self, state: MembershipState, at: datetime, reason: str | None) -> None:
        if self.state is not MembershipState.PENDING:
            raise NotPending
        self._become(state, at, reason)

    def _become(self, state: MembershipState, since: datetime, reason: str | None) -> None:
        self.state, self.since, self.reason = state, since, reason
        self.suspended_until = self.undo_until = None
        self.version += 1
