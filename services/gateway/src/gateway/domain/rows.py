"""What a row of the policy table is."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Literal, get_args

from shared.auth.principal import Plane, Principal, Role

Service = Literal["identity", "groups", "documents", "messaging"]
SERVICES: tuple[Service, ...] = get_args(Service)
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Who(StrEnum):
    """Everybody that a row can name."""

    PUBLIC = "public"
    MEMBER = "member"
    POLICE = "police"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    POLICE_SYSTEM = "police_system"


class Proof(StrEnum):
    """What groups must attest at this moment before the request goes on."""

    GROUP_PASS = "group"
    MEMBERSHIPS_PASS = "memberships"
    JURISDICTION_PASS = "jurisdiction"


class BodyLimit(Enum):
    """The most bytes that a request may carry."""

    NONE = 0
    FORM = 16 << 10
    TABLE = 64 << 10
    JSON = 1 << 20
    ATTACHMENT = 25 << 20
    DOCUMENT = 1 << 30


@dataclass(frozen=True, slots=True)
class Row:
    """One permitted way from outside to one route of one service. Proofs and services ask further questions."""

    id: str
    service: Service
    method: Method
    path: str
    who: frozenset[Who]
    body: BodyLimit = BodyLimit.NONE
    proof: Proof | None = None
    second_factor_within: timedelta | None = None
    # Also open to a staff session of one factor (P30): stepping up, enrolling, signing out.
    one_factor_suffices: bool = False
    # Identity is told here, and nowhere else, what a browser keeps and whether a page of ours asks.
    opens_session: bool = False


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What no permit row can ever open: these people have no way to this service."""

    id: str
    service: Service
    who: frozenset[Who]


def who_is(principal: Principal | None) -> Who:
    """How the table names whoever asks."""
    if principal is None:
        return Who.PUBLIC
    return Who.MEMBER if principal.plane is Plane.MEMBER else _BY_ROLE[principal.role]


_BY_ROLE: dict[Role | None, Who] = {
    Role.POLICE: Who.POLICE,
    Role.COORDINATOR: Who.COORDINATOR,
    Role.ADMINISTRATOR: Who.ADMINISTRATOR,
    Role.POLICE_SYSTEM: Who.POLICE_SYSTEM,
}
