"""Random steps of members, officers, coordinators and police, done to the service and to the model, and compared."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx
from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from shared.testing.rows import difference

from services.groups.tests.model.cast import ELSEWHERE, HERE, PEOPLE, RESIDENTS, STAFF, VIEWERS
from services.groups.tests.model.rules import Group
from services.groups.tests.model.service import REASON, Service, told_by
from services.groups.tests.model.words import OFFICES, Refused, Told

group = st.sampled_from([0, 0, 0, 1, 2])
# Whoever the model says is one: so that an act is more often one that may be done.
actor = st.sampled_from(["the leader", "the leader", "an officer", "an officer", "a member", *PEOPLE])
target = st.sampled_from(["one who asked", "one who is active", "one who is suspended", "an officer", *PEOPLE])
office = st.sampled_from([*OFFICES["ward_panel"], *OFFICES["neighbourhood_watch"]])
staff = st.sampled_from(sorted(STAFF))
subject = st.none() | target

T = TypeVar("T")
Act = Callable[[], Coroutine[Any, Any, httpx.Response]]


class Groups(RuleBasedStateMachine):
    """`service` and `loop` are given by whoever runs it; steps run in a thread beside the loop.

    With `sees_all` every viewer is asked after every step.
    """

    make_service: Callable[[], Service]
    loop: asyncio.AbstractEventLoop
    sees_all: bool = False

    def __init__(self) -> None:
        super().__init__()
        self.service = type(self).make_service()
        self.groups: list[Group] = []
        self.is_ready = False
        self.turn = 0
        self.compared: dict[int, dict[str, object]] = {}

    @initialize(kind=st.sampled_from(sorted(OFFICES)))
    def begin(self, kind: str) -> None:
        """A group with members and a second officer, one with its founder alone, and a panel that staff founded."""
        self._run(self.service.settle_in(PEOPLE, STAFF))
        for person, its_kind, area in (("ann", kind, HERE), ("eve", "community_group", ELSEWHERE)):
            self._run(self.service.found(person, its_kind, area))
            leading = OFFICES[its_kind][0]
            panel = its_kind == "ward_panel"
            self.groups.append(Group(its_kind, False, area, panel, {person: "active"}, {leading: person}))
        self._run(self.service.found_by_staff("police", ("bob", "cat", "cora", "dan"), HERE))
        invited = dict.fromkeys(("bob", "cat", "cora"), "invited")
        self.groups.append(Group("ward_panel", False, HERE, names_are_open=True, state=invited, has_begun=False))
        self.makes_a_link(0, "ann")
        for person in ("bob", "cat", "cora"):
            self.asks(0, person)
        for person in ("bob", "cat"):
            self.admits(0, "ann", person)
        self.appoints(0, "ann", OFFICES[kind][1], "bob")
        self.is_ready = True
        # Each officer's first look is noted: none of them is to be taken for a change by staff.
        for number in range(len(self.groups)):
            self._compare(number)

    # Members

    @rule(number=group, person=st.sampled_from(PEOPLE))
    def asks(self, number: int, person: str) -> None:
        its = self.groups[number]
        self._step(number, lambda: self._as_resident(person, its.ask), self.service.join_by_link(number, person))

    @rule(number=group, person=st.sampled_from(PEOPLE))
    def accepts(self, number: int, person: str) -> None:
        its = self.groups[number]
        act = self.service.ask(number, "POST", "/membership/accept", person)
        self._step(number, lambda: self._as_resident(person, its.accept), act)

    @rule(number=group, person=actor)
    def leaves(self, number: int, person: str) -> None:
        who = self._one(number, person)
        act = self.service.ask(number, "DELETE", "/membership", who)
        self._step(number, lambda: self.groups[number].leave(who), act)

    @rule(number=group, person=st.sampled_from(PEOPLE))
    def comes_back(self, number: int, person: str) -> None:
        its = self.groups[number]
        act = self.service.ask(number, "POST", "/membership/return", person)
        self._step(number, lambda: self._as_resident(person, its.come_back), act)

    @rule(number=group, person=actor)
    def is_elected(self, number: int, person: str) -> None:
        who = self._one(number, person)
        self._step(number, lambda: self.groups[number].elect(who), self.service.elect(number, who))

    # Officers

    @rule(number=group, by=actor)
    def makes_a_link(self, number: int, by: str) -> None:
        who = self._one(number, by)
        self._step(number, lambda: self.groups[number].make_link(who), self.service.make_link(number, who))

    @rule(number=group, by=actor)
    def revokes_the_link(self, number: int, by: str) -> None:
        who = self._one(number, by)
        self._step(number, lambda: self.groups[number].revoke_link(who), self.service.revoke_link(number, who))

    @rule(number=group, by=actor, whom=st.sampled_from(PEOPLE))
    def invites(self, number: int, by: str, whom: str) -> None:
        who, its = self._one(number, by), self.groups[number]
        act = self.service.invite(number, who, whom)
        self._step(number, lambda: its.invite(who, whom, is_resident=whom in RESIDENTS), act)

    @rule(number=group, by=actor, whom=target)
    def admits(self, number: int, by: str, whom: str) -> None:
        who, whom = self._one(number, by), self._one(number, whom)
        body = {"person_ids": [str(self.service.people[whom].id)]}
        act = self.service.ask(number, "POST", "/admissions", who, body)
        self._step(number, lambda: self.groups[number].admit(who, whom), act)

    @rule(number=group, by=actor, whom=target, how=st.sampled_from(["refuse", "remove", "resume"]))
    def decides(self, number: int, by: str, whom: str, how: str) -> None:
        who, whom = self._one(number, by), self._one(number, whom)
        path = f"/memberships/{self.service.people[whom].id}/{how}"
        act = self.service.ask(number, "POST", path, who, None if how == "resume" else REASON)
        self._step(number, lambda: getattr(self.groups[number], how)(who, whom), act)

    @rule(number=group, by=actor, whom=target)
    def suspends(self, number: int, by: str, whom: str) -> None:
        who, whom = self._one(number, by), self._one(number, whom)
        self._step(number, lambda: self.groups[number].suspend(who, whom), self.service.suspend(number, who, whom))

    @rule(number=group, by=actor, visible=st.booleans())
    def shows_the_group(self, number: int, by: str, visible: bool) -> None:
        who = self._one(number, by)
        act = self.service.ask(number, "PATCH", "", who, {"visibility": "visible" if visible else "hidden"})
        self._step(number, lambda: self.groups[number].show(who, visible=visible), act)

    # The leader

    @rule(number=group, by=actor, post=office, whom=target)
    def appoints(self, number: int, by: str, post: str, whom: str) -> None:
        who, whom = self._one(number, by), self._one(number, whom)
        body = {"person_id": str(self.service.people[whom].id)}
        act = self.service.ask(number, "PUT", f"/offices/{post}", who, body)
        self._step(number, lambda: self.groups[number].appoint(who, post, whom), act)

    @rule(number=group, by=actor, post=office)
    def vacates(self, number: int, by: str, post: str) -> None:
        who = self._one(number, by)
        act = self.service.ask(number, "DELETE", f"/offices/{post}", who)
        self._step(number, lambda: self.groups[number].vacate(who, post), act)

    @rule(number=group, by=actor, away=st.booleans())
    def is_away(self, number: int, by: str, away: bool) -> None:
        who = self._one(number, by)
        back = self.service.ask(number, "DELETE", "/absence", who) if not away else None
        act = back or self.service.be_away(number, who)
        self._step(number, lambda: self.groups[number].be_away(who, away=away), act)

    @rule(number=group, by=actor, whom=target, may=st.booleans())
    def lets_forward(self, number: int, by: str, whom: str, may: bool) -> None:
        who, whom = self._one(number, by), self._one(number, whom)
        method = "PUT" if may else "DELETE"
        act = self.service.ask(number, method, f"/forwarders/{self.service.people[whom].id}", who)
        self._step(number, lambda: self.groups[number].let_forward(who, whom, may=may), act)

    @rule(number=group, by=actor, to_all=st.booleans())
    def opens_names(self, number: int, by: str, to_all: bool) -> None:
        who = self._one(number, by)
        act = self.service.ask(number, "PATCH", "", who, {"who_sees_members": "all" if to_all else "officers"})
        self._step(number, lambda: self.groups[number].open_names(who, to_all=to_all), act)

    @rule(number=group, by=actor, area=st.sampled_from([HERE, ELSEWHERE]))
    def moves(self, number: int, by: str, area: str) -> None:
        who = self._one(number, by)
        act = self.service.ask(number, "PATCH", "", who, {"area": area})
        self._step(number, lambda: self.groups[number].move(who, area), act)

    @rule(number=group, by=actor)
    def closes(self, number: int, by: str) -> None:
        who = self._one(number, by)
        act = self.service.ask(number, "POST", "/archive", who)
        self._step(number, lambda: self.groups[number].close(who), act)

    @rule(number=group, by=st.sampled_from(PEOPLE))
    def reopens(self, number: int, by: str) -> None:
        who = self.groups[number].closed_by or by
        act = self.service.ask(number, "POST", "/reopen", who)
        self._step(number, lambda: self.groups[number].reopen(who), act)

    @rule()
    def time_ends_suspensions(self) -> None:
        self._run(self.service.end_suspensions())
        for number, its in enumerate(self.groups):
            its.end_suspensions()
            self._compare(number)

    # Staff

    @rule(number=group, by=staff, whom=subject)
    def marks(self, number: int, by: str, whom: str | None) -> None:
        self._marking_step(number, by, whom, withdraw=False)

    @rule(number=group, by=staff, whom=subject)
    def withdraws(self, number: int, by: str, whom: str | None) -> None:
        self._marking_step(number, by, whom, withdraw=True)

    # How a step is taken

    def _marking_step(self, number: int, by: str, whom: str | None, *, withdraw: bool) -> None:
        person = self._one(number, whom) if whom else None
        its = self.groups[number]
        act = its.withdraw if withdraw else its.mark
        before = self._run(self.service.rows_of_groups())
        self._step(number, lambda: act(STAFF[by], person), self.service.mark(number, by, person, withdraw=withdraw))
        # The looks of the comparison are acts of staff too.
        written = difference(before, self._run(self.service.rows_of_groups()))
        assert not written.tables, f"P4: an act of staff changed {written}"

    def _as_resident(self, person: str, act: Callable[[str], None]) -> None:
        if person not in RESIDENTS:
            raise Refused(Told.NOT_YOURS)
        act(person)

    def _one(self, number: int, wanted: str) -> str:
        """A person by name, or the first of whom that can be said, or ann."""
        its = self.groups[number]
        found = {
            "the leader": [its.leader] if its.leader else [],
            "an officer": [person for post, person in sorted(its.holds.items()) if post != its.leading],
            "a member": sorted(its.active - set(its.holds.values())),
            "one who asked": self._in_state(its, "pending"),
            "one who is active": self._in_state(its, "active"),
            "one who is suspended": self._in_state(its, "suspended"),
        }.get(wanted, [wanted])
        return next(iter(found), "ann")

    def _in_state(self, its: Group, state: str) -> list[str]:
        # Not the leader first, who is the one about whom nobody decides.
        people = [person for person, theirs in its.state.items() if theirs == state]
        return sorted(people, key=lambda person: (person == its.leader, person))

    def _step(self, number: int, expect: Callable[[], None], act: Coroutine[Any, Any, httpx.Response]) -> None:
        answer = self._run(act)
        try:
            expect()
            expected = Told.DONE
        except Refused as refused:
            expected = refused.told
        told = told_by(answer)
        if currently_in_test_context():
            note(f"  {answer.request.method} {answer.request.url.path}: {answer.status_code}")
        assert told is expected, f"the product says {expected!r}, the service {told!r}: {answer.text}"
        self._compare(number)

    def _compare(self, number: int) -> None:
        """What each viewer sees of the group: of the viewers for whom it is to change, and of one other in turn."""
        if not self.is_ready:
            return
        its = self.groups[number]
        self.turn += 1
        in_turn = VIEWERS[self.turn % len(VIEWERS)]
        expected = {viewer: _seen_by(its, viewer) for viewer in VIEWERS}
        known = self.compared.get(number, {})
        wanted = [v for v in VIEWERS if self.sees_all or v == in_turn or known.get(v) != expected[v]]
        found = self._run(self._found(number, wanted))
        for viewer, what in zip(wanted, found, strict=True):
            assert what == expected[viewer], f"{viewer}: the product says {expected[viewer]}, the service {what}"
        self.compared[number] = expected

    async def _found(self, number: int, viewers: list[str]) -> list[object]:
        return await asyncio.gather(*(self.service.seen_by(number, viewer) for viewer in viewers))

    def _run(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, type(self).loop).result()


def _seen_by(its: Group, viewer: str) -> object:
    """As `Service.seen_by` asks for it."""
    if viewer == "everybody":
        return its.is_listed
    if viewer in PEOPLE:
        return its.members_seen_by(viewer), its.rights_of(viewer), its.shows_itself_to(viewer)
    staff = STAFF[viewer]
    return its.members_seen_by_staff(staff), its.marks_seen_by_staff(staff)
