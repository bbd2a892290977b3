"""Who is asking, as identity's access token says it and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Plane(StrEnum):
    """The one plane of a session, fixed when it opens (P1)."""

    PUBLIC = "public"
    MEMBER = "member"
    STAFF = "staff"
    MACHINE = "machine"


class Role(StrEnum):
    """What a staff or machine session is there for; members and the public have none."""

    POLICE = "police"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    POLICE_SYSTEM = "police_system"


class Assurance(StrEnum):
    """How sure identity is of the person: one factor (aal1) or two (aal2), after NIST SP 800-63B."""

    ONE_FACTOR = "aal1"
    TWO_FACTORS = "aal2"


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified person or system in one session.

    `id` is the account: a member's `person_id`, also in their separate coordinator session, or a staff account's
    id. `areas` are the GSS codes of the assigned areas of a staff or machine session; empty otherwise. `scopes` are
    what a machine may do; empty for people.
    """

    id: UUID
    session_id: UUID
    plane: Plane
    role: Role | None
    organisation_id: UUID | None
    areas: frozenset[str]
    assurance: Assurance
    authenticated_at: datetime
    token_expires_at: datetime
    scopes: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.plane is Plane.STAFF

    @property
    def is_member(self) -> bool:
        return self.plane is Plane.MEMBER
