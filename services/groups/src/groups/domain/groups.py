"""A group, its kinds and their offices."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from groups.domain.errors import ChangedMeanwhile, GroupIsFull, NoSuchOffice


class Kind(StrEnum):
    NEIGHBOURHOOD_WATCH = "neighbourhood_watch"
    COMMUNITY_GROUP = "community_group"
    WARD_PANEL = "ward_panel"


class Visibility(StrEnum):
    HIDDEN = "hidden"
    VISIBLE = "visible"


class GroupState(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


_PANEL = ("chair", "vice_chair", "secretary")

# The first of each is the leading office, the second its deputy.
OFFICES: dict[Kind, tuple[str, ...]] = {
    Kind.WARD_PANEL: _PANEL,
    Kind.COMMUNITY_GROUP: _PANEL,
    Kind.NEIGHBOURHOOD_WATCH: ("coordinator", "deputy_coordinator"),
}

LEADING_OFFICES = frozenset(offices[0] for offices in OFFICES.values())

MOST_MEMBERS_UNMARKED = 20


@dataclass(eq=False)
class Group:
    """A scheme, community group or ward panel. `area` is a ward's GSS code.

    `founding_organisation_id` is there where staff founded the panel (P13); it gives them nothing.
    """

    id: UUID
    kind: Kind
    name: str
    purpose: str
    visibility: Visibility
    area: str
    state: GroupState
    founded_at: datetime
    version: int
    founding_organisation_id: UUID | None = None
    archived_at: datetime | None = None

    @property
    def leading_office(self) -> str:
        return OFFICES[self.kind][0]

    @property
    def deputy_office(self) -> str:
        return OFFICES[self.kind][1]

    @property
    def names_are_open(self) -> bool:
        """Whether every active member sees every other by name (P15)."""
        return self.kind is Kind.WARD_PANEL

    def office(self, name: str) -> str:
        """The office of that name; NoSuchOffice where this kind of group has none."""
        if name not in OFFICES[self.kind]:
            raise NoSuchOffice
        return name

    def must_have_room(self, *, members: int, was_marked: bool) -> None:
        """GroupIsFull if more than 20 belong before the group's first marking (P11)."""
        if not was_marked and members > MOST_MEMBERS_UNMARKED:
            raise GroupIsFull

    def change(
        self, *, name: str | None, purpose: str | None, visibility: Visibility | None, seen_version: int | None
    ) -> None:
        """Changes what is given; ChangedMeanwhile if the caller saw another version."""
        if seen_version is not None and seen_version != self.version:
            raise ChangedMeanwhile
        self.name = name or self.name
        self.purpose = purpose or self.purpose
        self.visibility = visibility or self.visibility
        self.version += 1

    def archive(self, at: datetime) -> None:
        """Ends the group: its last member has left."""
        self.state, self.archived_at = GroupState.ARCHIVED, at
        self.version += 1
