"""A group as everybody ought to find it: how people stand in it, and what each of them sees."""

from dataclasses import dataclass, field

from services.groups.tests.model.words import BELONGING, OFFICES, Officer, Rights


@dataclass
class Standings:
    """People go by their names."""

    kind: str
    is_visible: bool
    area: str
    names_are_open: bool
    state: dict[str, str] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)  # office: person
    forwarders: set[str] = field(default_factory=set)
    left_as: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[str | None, str], Officer] = field(default_factory=dict)  # (person or the group, authority)
    markers: set[tuple[str | None, str, str]] = field(default_factory=set)  # (subject, authority, account), for ever
    link_works: bool | None = None  # None: there was never one
    leader_is_away: bool = False
    is_closed: bool = False
    closed_by: str | None = None
    has_begun: bool = True  # P13: one that staff founded begins with its third member

    # Who is what

    @property
    def leading(self) -> str:
        return OFFICES[self.kind][0]

    @property
    def leader(self) -> str | None:
        return self.holds.get(self.leading)

    @property
    def active(self) -> set[str]:
        return {person for person, state in self.state.items() if state == "active"}

    @property
    def is_listed(self) -> bool:
        """P11: visible *and* marked by one authority at least."""
        return self.is_visible and not self.is_closed and any(subject is None for subject, _ in self.marks)

    def office_of(self, person: str) -> str | None:
        return next((office for office, holder in self.holds.items() if holder == person), None)

    def is_officer(self, person: str) -> bool:
        return person in self.active and self.office_of(person) is not None

    def may_lead(self, person: str) -> bool:
        """P12: the leader; the deputy while there is none, or none who is there."""
        if person not in self.active:
            return False
        deputy = self.holds.get(OFFICES[self.kind][1])
        return person == self.leader or (person == deputy and (self.leader is None or self.leader_is_away))

    # What each sees

    def belongs(self, person: str) -> bool:
        return not self.is_closed and person in self.active

    def members_seen_by(self, person: str) -> dict[str, tuple[str, str | None]] | None:
        """P10, P15: state and office by person; None for who sees no list at all."""
        if not self.belongs(person):
            return None
        if self.is_officer(person):
            return self._shown("pending", *BELONGING)
        shown = self._shown("active")
        if self.kind == "ward_panel" or self.names_are_open:
            return shown
        return {other: what for other, what in shown.items() if what[1] is not None or other == person}

    def members_seen_by_staff(self, staff: Officer) -> dict[str, tuple[str, str | None]] | None:
        """P5, P16."""
        return self._shown(*BELONGING) if self.is_within(staff) else None

    def marks_seen_by_staff(self, staff: Officer) -> set[str] | None:
        return {authority for subject, authority in self.marks if subject is None} if self.is_within(staff) else None

    def rights_of(self, person: str) -> Rights | None:
        """P18: what a pass of this moment would say, the office and whether they may forward; None for no pass."""
        if not self.belongs(person):
            return None
        return self.office_of(person), self.is_officer(person) or person in self.forwarders

    def shows_itself_to(self, person: str) -> bool:
        """P14."""
        is_theirs = self.state.get(person) in {"invited", "pending", "active"} and not self.is_closed
        return is_theirs or self.is_listed

    def is_within(self, staff: Officer) -> bool:
        return not self.is_closed and self.area in staff.areas

    def _shown(self, *states: str) -> dict[str, tuple[str, str | None]]:
        return {person: (state, self.office_of(person)) for person, state in self.state.items() if state in states}
