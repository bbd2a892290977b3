"""P4 to P18 read a second time, from the product's words alone, in plain Python that knows nothing of the service."""

from dataclasses import dataclass, field

from services.groups.tests.model.words import (
    BELONGING,
    FEWEST_FOR_FIRST_BALLOT,
    OFFICES,
    Officer,
    Refused,
    Rights,
    Told,
)


@dataclass
class Group:
    """A group as everybody ought to find it. People go by their names."""

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

    # What members do: each raises Refused, or changes what it says

    def ask(self, person: str) -> None:
        self._must(self.link_works is True and not self.is_closed, Told.UNSEEN)
        if self.state.get(person) in {None, "left", "removed"}:
            self._become(person, "pending")

    def accept(self, person: str) -> None:
        state = self.state.get(person)
        self._must(not self.is_closed and state in {"invited", "pending", "active"}, Told.UNSEEN)
        self._must(state == "invited", Told.NOT_NOW)
        self._become(person, "active")

    def leave(self, person: str) -> None:
        """P27: never moderated; only who leads others hands over first. The last one out closes the group."""
        state = self.state.get(person)
        self._must(not self.is_closed and state in {"invited", "pending", *BELONGING}, Told.UNSEEN)
        self._must(person != self.leader or self.active == {person}, Told.NOT_NOW)
        self._become(person, "left")
        if state in BELONGING:
            self.left_as[person] = str(state)
            self._give_up_all(person)

    def come_back(self, person: str) -> None:
        self._must(not self.is_closed, Told.UNSEEN)
        if person in self.active:
            return
        self._must(person in self.left_as, Told.UNSEEN)
        self._become(person, self.left_as[person])

    def invite(self, actor: str, person: str, *, is_resident: bool) -> None:
        """The same to the officer whoever it is."""
        self._must_be_officer(actor)
        if is_resident and self.state.get(person) in {None, "left", "removed"}:
            self._become(person, "invited")

    def admit(self, actor: str, person: str) -> None:
        self._must_be_officer(actor)
        self._must(self.state.get(person) == "pending", Told.NOT_NOW)
        self._become(person, "active")

    def refuse(self, actor: str, person: str) -> None:
        self._must_be_officer(actor)
        self._must(self.state.get(person) == "pending", Told.NOT_NOW)
        self._become(person, "removed")

    def remove(self, actor: str, person: str) -> None:
        self._must_be_officer(actor)
        self._must(person != self.leader and self.state.get(person) in BELONGING, Told.NOT_NOW)
        self._become(person, "removed")
        self._give_up_all(person)

    def suspend(self, actor: str, person: str) -> None:
        self._must_be_officer(actor)
        self._must(actor != person, Told.NOT_YOURS)
        self._must_answer_for(actor, person)
        self._must(person in self.active, Told.NOT_NOW)
        self._become(person, "suspended")

    def resume(self, actor: str, person: str) -> None:
        self._must_be_officer(actor)
        self._must_answer_for(actor, person)
        self._must(self.state.get(person) == "suspended", Told.NOT_NOW)
        self._become(person, "active")

    def end_suspensions(self) -> None:
        """Time does it."""
        for person, state in self.state.items():
            if state == "suspended" and not self.is_closed:
                self._become(person, "active")

    def appoint(self, actor: str, office: str, person: str) -> None:
        self._must_lead(actor)
        self._must(office in OFFICES[self.kind], Told.NOT_NOW)
        self._must(office != self.leading or actor == self.leader, Told.NOT_YOURS)
        self._must(person in self.active, Told.NOT_NOW)
        if self.holds.get(office) == person:
            return
        self._must(person not in {actor, self.leader}, Told.NOT_NOW)
        self._seat(office, person)

    def vacate(self, actor: str, office: str) -> None:
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(office in OFFICES[self.kind], Told.NOT_NOW)
        if self.holds.get(office) != actor:
            self._must_lead(actor)
            self._must(office != self.leading, Told.NOT_YOURS)
        self._unseat(office)

    def elect(self, actor: str) -> None:
        """P12: a ballot of the active members where nobody leads. Who alone stands is elected."""
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(self.leader is None and self.has_begun, Told.NOT_NOW)
        self._seat(self.leading, actor)

    def be_away(self, actor: str, *, away: bool) -> None:
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(actor == self.leader, Told.NOT_YOURS)
        self.leader_is_away = away

    def let_forward(self, actor: str, person: str, *, may: bool) -> None:
        self._must_lead(actor)
        if not may:
            self.forwarders.discard(person)
            return
        self._must(person in self.active, Told.NOT_NOW)
        self.forwarders.add(person)

    def show(self, actor: str, *, visible: bool) -> None:
        self._must_be_officer(actor)
        self.is_visible = visible

    def open_names(self, actor: str, *, to_all: bool) -> None:
        """P15: in a panel they stay open."""
        self._must_be_officer(actor)
        self._must_lead(actor)
        self._must(to_all or self.kind != "ward_panel", Told.NOT_NOW)
        self.names_are_open = to_all

    def move(self, actor: str, area: str) -> None:
        self._must_be_officer(actor)
        self._must_lead(actor)
        self.area = area

    def make_link(self, actor: str) -> None:
        self._must_be_officer(actor)
        self.link_works = True

    def revoke_link(self, actor: str) -> None:
        self._must_be_officer(actor)
        self._must(self.link_works is not None, Told.UNSEEN)
        self.link_works = False

    def close(self, actor: str) -> None:
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(actor == self.leader, Told.NOT_YOURS)
        self.is_closed, self.closed_by = True, actor

    def reopen(self, actor: str) -> None:
        self._must(self.is_closed and self.closed_by == actor, Told.UNSEEN)
        self.is_closed = False

    # What staff do: nothing of a group (P4), so nothing below touches more than marks

    def mark(self, staff: Officer, person: str | None) -> None:
        """P6: two statements by two humans, none about oneself, none about a group in which one holds an office."""
        other = "ourwatch" if staff.authority == "police" else "police"
        self._must(self.is_within(staff), Told.UNSEEN)
        self._must(person is None or person in self.active, Told.NOT_NOW)
        self._must(person not in staff.accounts, Told.NOT_YOURS)
        self._must(not staff.accounts & set(self.holds.values()), Told.NOT_YOURS)
        self._must(not any((person, other, account) in self.markers for account in staff.accounts), Told.NOT_YOURS)
        self._must((person, staff.authority) not in self.marks, Told.NOT_NOW)
        self.marks[person, staff.authority] = staff
        self.markers.add((person, staff.authority, staff.name))

    def withdraw(self, staff: Officer, person: str | None) -> None:
        self._must(self.is_within(staff), Told.UNSEEN)
        marker = self.marks.get((person, staff.authority))
        self._must(marker is not None and marker.organisation == staff.organisation, Told.NOT_NOW)
        del self.marks[person, staff.authority]

    # How it hangs together

    def _must(self, holds: bool, told: Told) -> None:
        if not holds:
            raise Refused(told)

    def _must_be_officer(self, actor: str) -> None:
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(self.is_officer(actor), Told.NOT_YOURS)

    def _must_lead(self, actor: str) -> None:
        self._must(self.belongs(actor), Told.UNSEEN)
        self._must(self.may_lead(actor), Told.NOT_YOURS)

    def _must_answer_for(self, actor: str, person: str) -> None:
        """An officer answers to the leader alone, and the leader to none of the officers."""
        self._must(person != self.leader, Told.NOT_NOW)
        self._must(self.office_of(person) is None or self.may_lead(actor), Told.NOT_YOURS)

    def _become(self, person: str, state: str) -> None:
        self.state[person] = state
        self.left_as.pop(person, None)
        self.has_begun = self.has_begun or len(self.active) >= FEWEST_FOR_FIRST_BALLOT

    def _give_up_all(self, person: str) -> None:
        for office in [office for office, holder in self.holds.items() if holder == person]:
            self._unseat(office)
        self.forwarders.discard(person)
        if not self.active and self.has_begun:
            self.is_closed = True

    def _seat(self, office: str, person: str) -> None:
        for former in [held for held, holder in self.holds.items() if holder == person or held == office]:
            self._unseat(former)
        self.holds[office] = person

    def _unseat(self, office: str) -> None:
        self.holds.pop(office, None)
        if office == self.leading:
            self.leader_is_away = False
