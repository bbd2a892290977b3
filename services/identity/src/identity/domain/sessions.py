"""Sessions and how long they last."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.auth.principal import Assurance, Plane, Principal, Role

# security.md "Tokens": an hour idle and a day at most; members on a remembered device stay in for longer.
IDLE, ABSOLUTE = timedelta(hours=1), timedelta(hours=24)
REMEMBERED_IDLE, REMEMBERED_ABSOLUTE = timedelta(days=30), timedelta(days=180)
REUSE_GRACE = timedelta(seconds=5)


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

    def is_open(self, now: datetime) -> bool:
        idle, absolute = (REMEMBERED_IDLE, REMEMBERED_ABSOLUTE) if self.stays_open else (IDLE, ABSOLUTE)
        return self.ended_at is None and now < self.last_used_at + idle and now < self.opened_at + absolute

    @property
    def stays_open(self) -> bool:
        return self.remembered and self.plane is Plane.MEMBER

    def end(self, now: datetime) -> None:
        self.ended_at = self.ended_at or now

    def raise_assurance(self, now: datetime) -> None:
        """A second factor was shown now."""
        self.assurance = Assurance.TWO_FACTORS
        self.authenticated_at = now

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
class RefreshToken:
    """One link of a session's chain, known by its SHA-256 alone. `replaced_at` is set once a successor was issued."""

    digest: bytes
    session_id: UUID
    issued_at: datetime
    replaced_at: datetime | None = None
