"""Sessions and how long they last."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.auth.errors import SecondFactorNeeded
from shared.auth.principal import Assurance, Plane, Principal, Role

from identity.domain.errors import SignInAgain
from identity.domain.factors import FRESH, LATELY, Factors, Shown

# security.md "Tokens": an hour idle and a day at most; members on a remembered device stay in for longer.
IDLE, ABSOLUTE = timedelta(hours=1), timedelta(hours=24)
REMEMBERED_IDLE, REMEMBERED_ABSOLUTE = timedelta(days=30), timedelta(days=180)
REUSE_GRACE = timedelta(seconds=5)
A_MINUTE = timedelta(minutes=1)


@dataclass
class Session:
    """One session on one plane, fixed when it opens (P1)."""

    id: UUID
    account_id: UUID
    plane: Plane
    role: Role | None
    organisation_id: UUID | None
    assurance: Assurance
    authenticated_at: datetime
    opened_at: datetime
    last_used_at: datetime
    areas: list[str] = field(default_factory=list)
    ended_at: datetime | None = None
    device_id: UUID | None = None
    remembered: bool = False
    recovered_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        idle, absolute = (REMEMBERED_IDLE, REMEMBERED_ABSOLUTE) if self.stays_open else (IDLE, ABSOLUTE)
        return self.ended_at is None and now < self.last_used_at + idle and now < self.opened_at + absolute

    @property
    def stays_open(self) -> bool:
        return self.remembered and self.plane is Plane.MEMBER

    def note_use(self, now: datetime) -> None:
        """Somebody is at it now. Written once a minute at most, however many requests a page makes."""
        if now - self.last_used_at > A_MINUTE:
            self.last_used_at = now

    def end(self, now: datetime) -> None:
        self.ended_at = self.ended_at or now

    def raise_assurance(self, now: datetime) -> None:
        """A second factor was shown now."""
        self.assurance = Assurance.TWO_FACTORS
        self.authenticated_at = now
        self.recovered_at = None

    def take_note_of(self, shown: Shown, now: datetime) -> None:
        """Something was shown as a second factor now. A recovery code lets staff enrol again, not work (P30)."""
        if self.plane is Plane.STAFF and shown is Shown.RECOVERY_CODE:
            self.recovered_at = now
        else:
            self.raise_assurance(now)

    def check_may_change_factors(self, factors: Factors, at: datetime) -> None:
        """Whether whoever sits at this session could change the factors at that moment.

        SecondFactorNeeded without a fresh second factor, or lately a recovery code, where there is one to show;
        SignInAgain without a password shown lately where there is none.
        """
        if self.assurance is Assurance.TWO_FACTORS and at - self.authenticated_at <= FRESH:
            return
        if self.recovered_at is not None and at - self.recovered_at <= LATELY:
            return
        if factors.any:
            raise SecondFactorNeeded
        if at - self.authenticated_at > LATELY:
            raise SignInAgain

    def principal(self) -> Principal:
        """What an access token of this session says."""
        return Principal(
            id=self.account_id,
            session_id=self.id,
            plane=self.plane,
            role=self.role,
            organisation_id=self.organisation_id,
            areas=frozenset(self.areas),
            assurance=self.assurance,
            authenticated_at=self.authenticated_at,
            token_expires_at=self.last_used_at,
        )


@dataclass
class BrowserSession:
    """The secret that a browser keeps for a session, known by its SHA-256 alone. Of one session one lives at most."""

    digest: bytes
    session_id: UUID
    made_at: datetime
    replaced_at: datetime | None = None


@dataclass
class RefreshToken:
    """One link of a session's chain, known by its SHA-256 alone. `replaced_at` is set once a successor was issued."""

    digest: bytes
    session_id: UUID
    issued_at: datetime
    replaced_at: datetime | None = None
