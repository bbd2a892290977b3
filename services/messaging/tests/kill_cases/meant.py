"""Whom a send still means: each mailbox with the ways by which its readers are meant, one less with every change."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.messaging.tests.kill_cases.crowd import Crowd, Person

Way = tuple[object, ...]


class Kind(StrEnum):
    """What a send is for: the group's members, its two lists, or who lives in the area and consents."""

    GROUP = "group"
    LISTS = "lists"
    AREA = "area"


@dataclass
class Meant:
    """`ways` by tag. A mailbox without a way, or that left, is meant no more."""

    ways: dict[bytes, set[Way]]
    left: set[bytes] = field(default_factory=set)

    def lose(self, tag: bytes, *ways: Way) -> None:
        self.ways[tag].difference_update(ways)

    @property
    def nobody_more(self) -> set[bytes]:
        """The tags of those who are meant no more."""
        return self.left | {tag for tag, ways in self.ways.items() if not ways}


def meant_by(crowd: Crowd, kind: Kind) -> Meant:
    """Everybody whom such a send means before anybody changed their mind."""
    ways: dict[bytes, set[Way]] = {}
    if kind is not Kind.LISTS:
        for person in crowd.people:
            ways.setdefault(person.tag, set()).add((person.id,))
        return Meant(ways)
    for list_id, listed in zip(crowd.lists, crowd.listed, strict=True):
        for person in listed:
            ways.setdefault(person.tag, set()).add((list_id, person.id))
    for contact in crowd.contacts:
        ways.setdefault(contact.tag, set()).add((contact.id,))
    return Meant(ways)


def every_way_of(crowd: Crowd, person: Person) -> list[Way]:
    """By which this person may be meant."""
    return [(person.id,), *((list_id, person.id) for list_id in crowd.lists)]
