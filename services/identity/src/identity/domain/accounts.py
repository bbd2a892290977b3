"""People and staff as identity knows them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.auth.principal import Plane, Role

from identity.domain.email_domains import is_at
from identity.domain.errors import NotNow

A_DAY = timedelta(days=1)
# How long an appointment waits for its holder's declaration.
WAITS = timedelta(days=30)


class AccountState(StrEnum):
    """`registered` until the address is confirmed, then `active`.

    Staff accounts may be `suspended` for a time. `closed` and `erased` are for good; an erased one holds no person.
    """

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    ERASED = "erased"


class Authority(StrEnum):
    """Which marking an organisation gives (P6)."""

    POLICE = "police"
    OURWATCH = "ourwatch"


@dataclass
class Account:
    """A member's or a staff member's account; its plane never changes (P1, P3).

    People who share a mailbox have an account each: `shared_as` is the short name by which the second is told from
    the first, whose own is empty. `password_is_long` says that the password is good enough without a second factor.
    Who is away for long gets a notice: `warned_at` is when it was queued, `notice_sent_at` when the relay took it.
    """

    id: UUID
    plane: Plane
    email: str
    display_name: str
    state: AccountState
    created_at: datetime
    password_hash: str | None = None
    area: str | None = None
    organisation_id: UUID | None = None
    role: Role | None = None
    areas: list[str] = field(default_factory=list)
    version: int = 1
    shared_as: str = ""
    password_is_long: bool = True
    mails_codes: bool = False
    last_active_at: datetime | None = None
    warned_at: datetime | None = None
    notice_sent_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.state is AccountState.ACTIVE

    @property
    def awaits_its_owner(self) -> bool:
        """Nobody has shown yet that the address is theirs."""
        return self.state is AccountState.REGISTERED

    @property
    def is_erased(self) -> bool:
        return self.state is AccountState.ERASED

    @property
    def is_staff(self) -> bool:
        return self.plane is Plane.STAFF

    @property
    def is_administrator(self) -> bool:
        return self.is_staff and self.is_active and self.role is Role.ADMINISTRATOR

    def note_activity(self, now: datetime) -> None:
        """Its owner is here. Written once a day at most: it is there for retention, and everybody comes by here."""
        if self.last_active_at is None or now - self.last_active_at > A_DAY:
            self.last_active_at, self.warned_at = now, None

    def confirm(self) -> None:
        self._become(AccountState.ACTIVE)

    def change_areas(self, areas: list[str]) -> None:
        self.areas = areas
        self.version += 1

    def suspend(self) -> None:
        """Only who is active can be suspended; NotNow else."""
        self._become(AccountState.SUSPENDED, AccountState.ACTIVE)

    def reinstate(self) -> None:
        """Only who is suspended can be reinstated; NotNow else."""
        self._become(AccountState.ACTIVE, AccountState.SUSPENDED)

    def close(self) -> None:
        """For good, whether the account was opened yet or not; NotNow where it is closed already."""
        self._become(AccountState.CLOSED, AccountState.REGISTERED, AccountState.ACTIVE, AccountState.SUSPENDED)

    def _become(self, state: AccountState, *before: AccountState) -> None:
        if before and self.state not in before:
            raise NotNow
        self.state = state
        self.version += 1

    def correct(self, **corrected: str | None) -> None:
        """Changes what the person may say of themselves: `display_name` and `area` (P29)."""
        for name, value in corrected.items():
            setattr(self, name, value)
        self.version += 1

    def erase(self) -> None:
        """Leaves an id that says of nobody who it was (P29), and an address that nobody can have (RFC 2606)."""
        self.state = AccountState.ERASED
        self.email, self.shared_as = f"{self.id.hex}@erased.invalid", ""
        self.display_name, self.area, self.areas = "", None, []
        self.password_hash, self.mails_codes = None, False
        self.last_active_at, self.warned_at, self.notice_sent_at = None, None, None
        self.version += 1


@dataclass
class Authenticator:
    """An authenticator app. `last_step` is the time step of the last code taken, so none is taken twice (RFC 6238).

    It counts once `confirmed_at` is set. The seed of an app that is to take its place waits beside it, in
    `pending_seed`, until a code of it was shown.
    """

    account_id: UUID
    sealed_seed: bytes | None = None
    confirmed_at: datetime | None = None
    last_step: int = 0
    pending_seed: bytes | None = None
    pending_at: datetime | None = None


@dataclass
class Organisation:
    """An information provider: a force, a council, a watch association."""

    id: UUID
    name: str
    authority: Authority | None
    version: int = 1
    email_domains: list[str] = field(default_factory=list)
    data_protection_officer_id: UUID | None = None

    def has_address(self, email: str) -> bool:
        """Whether the address is in one of its domains. Police need one; others without any are not held to it."""
        if not self.email_domains:
            return self.authority is not Authority.POLICE
        return is_at(email, self.email_domains)

    def may_employ(self, role: Role) -> bool:
        """Police work for a police authority, coordinators and administrators for OurWatch."""
        return self.authority is (Authority.POLICE if role is Role.POLICE else Authority.OURWATCH)

    def name_data_protection_officer(self, account_id: UUID | None) -> None:
        """Who sees which of its people looked at what (P17); None for nobody."""
        self.data_protection_officer_id = account_id
        self.version += 1

    def is_served_by(self, account: Account, appointment: "Appointment | None", now: datetime) -> bool:
        """Whether it is an active staff account of it, or has taken up an appointment in it that is current."""
        if not account.is_active:
            return False
        if account.is_staff:
            return account.organisation_id == self.id
        return (
            appointment is not None
            and appointment.organisation_id == self.id
            and appointment.declared_at is not None
            and appointment.is_current(now)
        )


@dataclass
class Appointment:
    """A member's appointment as coordinator for some areas; one per person.

    `declared_at` is when its holder said that they do not work for the police; until then it opens nothing (P3).
    """

    person_id: UUID
    organisation_id: UUID
    areas: list[str]
    appointed_by: UUID
    appointed_at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1
    declared_at: datetime | None = None

    def renew(
        self, organisation_id: UUID, areas: list[str], appointed_by: UUID, now: datetime, until: datetime | None
    ) -> None:
        """Appointed again. What was declared counts on, unless the appointment was over meanwhile."""
        if not self.is_current(now):
            self.declared_at = None
        self.organisation_id, self.areas, self.until = organisation_id, areas, until
        self.appointed_by, self.appointed_at, self.ended_at = appointed_by, now, None
        self.version += 1

    def end(self, now: datetime) -> None:
        """NotNow where it has been ended already."""
        if self.ended_at is not None:
            raise NotNow
        self.ended_at = now
        self.version += 1

    def has_run_out(self, now: datetime) -> bool:
        """Its term is over, or nobody took it up in time; and it has not been ended yet."""
        waits_in_vain = self.declared_at is None and self.appointed_at <= now - WAITS
        return self.ended_at is None and (waits_in_vain or (self.until is not None and self.until <= now))

    def is_current(self, now: datetime) -> bool:
        return self.ended_at is None and (self.until is None or now < self.until)


@dataclass
class Consent:
    """A member's dated yes to one organisation, or its end (P16)."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    is_given: bool
    since: datetime
    version: int = 1

    def give(self, now: datetime) -> None:
        self._become(is_given=True, now=now)

    def withdraw(self, now: datetime) -> None:
        self._become(is_given=False, now=now)

    def _become(self, *, is_given: bool, now: datetime) -> None:
        self.is_given, self.since = is_given, now
        self.version += 1
