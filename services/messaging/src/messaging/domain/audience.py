"""Whom a send is for: parts that are included, and parts that are left out of those."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class PartKind(StrEnum):
    """What a part of an audience is."""

    GROUP = "group"
    """The active members of a group."""
    LIST = "list"
    """A group's mailing list: contacts who said yes, and members of the group."""
    OFFICE = "office"
    """Who holds this office of a group now; any office where none is named."""
    AREA = "area"
    """Members who live in the area and gave the sending organisation their sharing consent."""
    PERSON = "person"
    """One active member of a group."""
    CONTACT = "contact"
    """One contact who has not said yes yet, to be asked."""


@dataclass(frozen=True, slots=True)
class Part:
    """`ref` is the id of the group, list, person or contact; `code` an area's GSS code, or an office.

    `group_id` is the group of an office or a person.
    """

    kind: PartKind
    ref: UUID | None = None
    group_id: UUID | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Each person once, whatever the parts have in common. `organisation_id` is the one whose consents count."""

    include: Sequence[Part]
    exclude: Sequence[Part] = ()
    organisation_id: UUID | None = None

    @property
    def only_list(self) -> UUID | None:
        """The mailing list, where it is for that and nothing else: one click then leaves that list (P27)."""
        (first, *more) = self.include or (Part(PartKind.GROUP),)
        return first.ref if first.kind is PartKind.LIST and not more else None


def members_of(group_id: UUID) -> Part:
    return Part(PartKind.GROUP, ref=group_id)
