"""A group, its kinds and their offices."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import ChangedMeanwhile, GroupIsFull, NoSuchOffice, PanelMembersAreOpen, TooLateToReopen


class Kind(StrEnum):
    NEIGHBOURHOOD_WATCH = "neighbourhood_watch"
    COMMUNITY_GROUP = "community_group"
    WARD_PANEL = "ward_panel"


class Visibility(StrEnum):
    HIDDEN = "hidden"
    VISIBLE = "visible"


class WhoSeesMembers(StrEnum):
    """To whom of its own members a group shows who the others are (P15)."""

    OFFICERS = "officers"
    ALL = "all"


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
REOPENED_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """What of a group becomes another; None stays. An empty `what_to_expect` or `meeting_place` is taken away."""

    name: str | None = None
    purpose: str | None = None
    what_to_expect: str | None = None
    meeting_place: str | None = None
    visibility: Visibility | None = None
    who_sees_members: WhoSeesMembers | None = None
    area: str | None = None

    @property
    def are_for_leaders(self) -> bool:
        """Whether they touch what the group is marked for, or what its members were told when they joined."""
        return self.area is not None or self.who_sees_members is not None


@dataclass(eq=False)
class Group:
    """A scheme, community group or ward panel. `area` is a ward's GSS code.

    `meeting_place` is for its members, `what_to_expect` for everybody who sees the group.
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
    what_to_expect: str | None = None
    meeting_place: str | None = None
    who_sees_members: WhoSeesMembers = WhoSeesMembers.OFFICERS
    archived_at: datetime | None = None

    @classmethod
    def found(
        cls,
        *,
        kind: Kind,
        name: str,
        purpose: str,
        visibility: Visibility,
        area: str,
        at: datetime,
        what_to_expect: str | None = None,
        meeting_place: str | None = None,
        who_sees_members: WhoSeesMembers | None = None,
        founding_organisation_id: UUID | None = None,
    ) -> "Group":
        """A new group. Where nothing else is said its officers alone see its members; PanelMembersAreOpen."""
        chosen = who_sees_members or (WhoSeesMembers.ALL if kind is Kind.WARD_PANEL else WhoSeesMembers.OFFICERS)
        group = cls(new_id(), kind, name, purpose, visibility, area, GroupState.ACTIVE, at, 1)
        group.what_to_expect, group.meeting_place = what_to_expect, meeting_place
        group.founding_organisation_id = founding_organisation_id
        group._open_names(chosen)
        return group

    @property
    def leading_office(self) -> str:
        return OFFICES[self.kind][0]

    @property
    def deputy_office(self) -> str:
        return OFFICES[self.kind][1]

    @property
    def names_are_open(self) -> bool:
        """Whether every active member sees every other by name (P15)."""
        return self.kind is Kind.WARD_PANEL or self.who_sees_members is WhoSeesMembers.ALL

    def office(self, name: str) -> str:
        """The office of that name; NoSuchOffice where this kind of group has none."""
        if name not in OFFICES[self.kind]:
            raise NoSuchOffice
        return name

    def must_have_room(self, *, members: int, was_marked: bool) -> None:
        """GroupIsFull if more than 20 belong before the group's first marking (P11)."""
        if not was_marked and members > MOST_MEMBERS_UNMARKED:
            raise GroupIsFull

    def change(self, changes: GroupChanges, *, seen_version: int | None) -> None:
        """Changes what is given; ChangedMeanwhile if the caller saw another version; PanelMembersAreOpen."""
        if seen_version is not None and seen_version != self.version:
            raise ChangedMeanwhile
        self.name = changes.name or self.name
        self.purpose = changes.purpose or self.purpose
        self.visibility = changes.visibility or self.visibility
        self.area = changes.area or self.area
        if changes.what_to_expect is not None:
            self.what_to_expect = changes.what_to_expect or None
        if changes.meeting_place is not None:
            self.meeting_place = changes.meeting_place or None
        if changes.who_sees_members is not None:
            self._open_names(changes.who_sees_members)
        self.version += 1

    def archive(self, at: datetime) -> None:
        """Ends the group: its last member has left, its leader closes it, or nobody came to what staff founded."""
        self.state, self.archived_at = GroupState.ARCHIVED, at
        self.version += 1

    def reopen(self, at: datetime) -> None:
        """Undoes `archive` within 90 days; TooLateToReopen after."""
        if self.archived_at is None or at > self.archived_at + REOPENED_WITHIN:
            raise TooLateToReopen
        self.state, self.archived_at = GroupState.ACTIVE, None
        self.version += 1

    def _open_names(self, chosen: WhoSeesMembers) -> None:
        if self.kind is Kind.WARD_PANEL and chosen is not WhoSeesMembers.ALL:
            raise PanelMembersAreOpen
        self.who_sees_members = chosen
