"""Who may do what, each in one line."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.auth.passes import Right
from shared.auth.principal import Principal, Role

from groups.domain.errors import LeaderStays, NotAnOfficer, NotTheLeader, NotYourRole
from groups.domain.groups import Group
from groups.domain.memberships import OVER, MembershipState
from groups.domain.terms import FORWARDER, rights_of

MARKING_ROLES = (Role.POLICE, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in a group at this moment, read from groups' own rows (P18)."""

    person_id: UUID
    state: MembershipState
    membership_version: int
    office: str | None
    is_forwarder: bool
    stands_in: bool
    seen_on: date | None
    has_shown_factor: bool = False

    @property
    def is_active(self) -> bool:
        return self.state is MembershipState.ACTIVE

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_officer(self) -> bool:
        return self.is_active and self.office is not None

    @property
    def rights(self) -> frozenset[Right]:
        held = [office for office in (self.office, FORWARDER if self.is_forwarder else None) if office]
        return frozenset[Right]().union(*map(rights_of, held)) if self.is_active else frozenset()


def is_leader(standing: Standing, group: Group) -> bool:
    """Whether they hold the leading office themselves: it is theirs to hand over, and keeps them in the group."""
    return standing.is_active and standing.office == group.leading_office


def may_lead(standing: Standing, group: Group) -> bool:
    """The leader; while there is none, or none who is there, the deputy (P12)."""
    return is_leader(standing, group) or (standing.is_active and standing.stands_in)


def may_see_members(standing: Standing, group: Group) -> bool:
    """P15: in a ward panel every active member sees all; elsewhere the officers do."""
    return standing.is_active and (group.names_are_open or standing.is_officer)


def may_name(standing: Standing, theirs: Standing, group: Group) -> bool:
    """Whether somebody sees this member: themselves, an officer, or all of them. Nobody finds out by naming (P10)."""
    return theirs.is_active and (
        theirs.person_id == standing.person_id or theirs.is_officer or may_see_members(standing, group)
    )


def must_be_officer(standing: Standing) -> None:
    """Else NotAnOfficer (P12)."""
    if not standing.is_officer:
        raise NotAnOfficer


def must_lead(standing: Standing, group: Group) -> None:
    """Else NotTheLeader (P12)."""
    if not may_lead(standing, group):
        raise NotTheLeader


def must_hold_leading_office(standing: Standing, group: Group) -> None:
    """Else NotTheLeader: whoever stands in gives away what is theirs to give, and not the office itself (P12)."""
    if not is_leader(standing, group):
        raise NotTheLeader


def must_decide_about(standing: Standing, theirs: Standing, group: Group) -> None:
    """Whether an officer's place in the group is for this officer to take: else LeaderStays, NotTheLeader (P12).

    An officer, and so whoever stands in for the leader, answers to the leader and not to the other officers.
    """
    if is_leader(theirs, group):
        raise LeaderStays
    if theirs.office is not None:
        must_lead(standing, group)


def must_mark(staff: Principal) -> None:
    """Police and coordinators look at groups and mark; else NotYourRole. Never says anything about a group."""
    if not staff.is_staff or staff.role not in MARKING_ROLES:
        raise NotYourRole
