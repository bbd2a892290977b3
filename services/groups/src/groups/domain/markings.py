"""Approval markings: what an authority says of a group or a person in it, and what keeps it honest (P6 to P9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.auth.principal import Role

from groups.domain.errors import CannotMarkYourOwnGroup, CannotMarkYourself, DeclarationNeeded, OnePersonMarksOnce
from groups.domain.groups import Group, Kind

LIFE = timedelta(days=3 * 365)
GRACE = timedelta(days=30)
RENEWAL = timedelta(days=90)
"""How long before its end a marking may be given again."""


class Authority(StrEnum):
    POLICE = "police"
    OURWATCH = "ourwatch"


AUTHORITY_OF: dict[Role, Authority] = {Role.POLICE: Authority.POLICE, Role.COORDINATOR: Authority.OURWATCH}


class SubjectKind(StrEnum):
    GROUP = "group"
    MEMBER = "member"
    SCHEME_COORDINATOR = "scheme_coordinator"


class Change(StrEnum):
    """What of a group may have changed since it was marked, so that a reader looks twice."""

    NAME = "name"
    AREA = "area"
    LEADING_OFFICE = "leading_office"


class Entry(StrEnum):
    """What a line in the history of a marking says."""

    GRANT = "grant"
    WITHDRAWAL = "withdrawal"


class Standing(StrEnum):
    """How a marking stands when somebody asks."""

    CURRENT = "current"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is marked. For a person `id` is the membership, so a statement names no account."""

    kind: SubjectKind
    id: UUID
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Human:
    """All the accounts of one human being, as far as identity has told us."""

    accounts: frozenset[UUID]


def subject_kind_of(group: Group, office: str | None) -> SubjectKind:
    """A person who coordinates a scheme is marked as that; anybody else as a member."""
    coordinates = group.kind is Kind.NEIGHBOURHOOD_WATCH and office == group.leading_office
    return SubjectKind.SCHEME_COORDINATOR if coordinates else SubjectKind.MEMBER


def check_distance(
    marker: Human, subject: Subject, *, officers: Iterable[UUID], markers_of_other_authority: Iterable[UUID]
) -> None:
    """P6: not yourself, not a group in which you hold an office, not what you marked for the other authority."""
    if subject.person_id in marker.accounts:
        raise CannotMarkYourself
    if marker.accounts.intersection(officers):
        raise CannotMarkYourOwnGroup
    if marker.accounts.intersection(markers_of_other_authority):
        raise OnePersonMarksOnce


def check_household(declared: bool | None) -> None:
    """P6: each act says whether somebody of the marker's household holds an office there; DeclarationNeeded else."""
    if declared is None:
        raise DeclarationNeeded
    if declared:
        raise CannotMarkYourOwnGroup


def standing(expires_at: datetime, *, is_withdrawn: bool, now: datetime) -> Standing:
    """Withdrawn counts before expired; 30 days after its end a marking still counts (P7)."""
    if is_withdrawn:
        return Standing.WITHDRAWN
    return Standing.CURRENT if now < expires_at + GRACE else Standing.EXPIRED
