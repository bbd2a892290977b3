"""P4 to P18 read a second time, from the product's words alone, in plain Python that knows nothing of the service."""

from services.groups.tests.model.standings import Standings
from services.groups.tests.model.words import BELONGING, FEWEST_FOR_FIRST_BALLOT, OFFICES, Officer, Refused, Told


class Group(Standings):
    """What may be done in a group and what comes of it."""

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
        self._must_answer_for(actor, person)
        self._must(self.state.get(person) in BELONGING, Told.NOT_NOW)
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
