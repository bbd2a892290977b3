"""A person in a group: from asked or invited to active, and out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NoSuchSuspension, NotActive, NotInvited, NotPending, NotSuspended


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

_OVER = {MembershipState.LEFT, MembershipState.REMOVED}


@dataclass(eq=False)
class Membership:
    """One person in one group. `reason` is what the person, or the officer who ended it, gave last.

    `suspended_until` is when a suspension is to end.
    """

    id: UUID
    group_id: UUID
    person_id: UUID
    state: MembershipState
    reason: str | None
    since: datetime
    version: int
    suspended_until: datetime | None = None

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
        return self.state in _OVER

    def ask_again(self, reason: str | None, at: datetime) -> None:
        """Who left or was removed may ask again; the officers decide again."""
        self._become(MembershipState.PENDING, at, reason)

    def invite_again(self, at: datetime) -> None:
        self._become(MembershipState.INVITED, at, None)

    def accept(self, at: datetime) -> None:
        """NotInvited unless an invitation is open."""
        if self.state is not MembershipState.INVITED:
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
        self._become(MembershipState.SUSPENDED, at, reason)
        self.suspended_until = until

    def resume(self, at: datetime) -> None:
        """NotSuspended unless the person is."""
        if self.state is not MembershipState.SUSPENDED:
            raise NotSuspended
        self._become(MembershipState.ACTIVE, at, None)

    def leave(self, at: datetime) -> None:
        """Leaving, taking a request back and declining an invitation are one act."""
        self._become(MembershipState.LEFT, at, None)

    def forget_reason(self) -> None:
        """Nobody else knows it, so no version tells of it."""
        self.reason = None

    def _decide(self, state: MembershipState, at: datetime, reason: str | None) -> None:
        if self.state is not MembershipState.PENDING:
            raise NotPending
        self._become(state, at, reason)

    def _become(self, state: MembershipState, at: datetime, reason: str | None) -> None:
        self.state, self.since, self.reason, self.suspended_until = state, at, reason, None
        self.version += 1
