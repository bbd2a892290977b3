"""Small worlds of people, mailboxes, lists, consents and changes of mind, and who should get a copy in each (P25)."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

MAILBOXES, LISTS = 4, 2
HERE, THERE = "here", "there"
BY_OFFICER = ("members", "list 0", "list 1", "office")
BY_STAFF = ("members", "area here", "area there", "office")


@dataclass(frozen=True)
class Somebody:
    """A person with an account. `mailbox` is a number, which others may share; None for no address."""

    mailbox: int | None
    is_member: bool
    is_officer: bool
    lists: frozenset[int]
    lives: str
    consents: bool
    is_muted: bool = False


@dataclass(frozen=True)
class World:
    """`contacts` are outside contacts, as (mailbox, list); `departures` what mailboxes left, as (mailbox, scope)."""

    people: tuple[Somebody, ...]
    contacts: frozenset[tuple[int, int]]
    departures: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Send:
    """Who sends to which parts, and what changes once it was accepted and before it goes."""

    by_staff: bool
    include: frozenset[str]
    exclude: frozenset[str]
    changes: tuple["Change", ...] = field(default=())


@dataclass(frozen=True)
class Change:
    """One change of mind: of the person, or of the contact, of that number, where there is one."""

    kind: str
    number: int


CHANGES = ("removed", "withdraws", "moves", "mutes", "leaves", "off list", "contact gone", "out of office", "joins")

# Drawn so that most are meant and most changes matter: worlds in which nothing happens show nothing.
_mostly = st.sampled_from([True, True, True, False])
people = st.builds(
    Somebody,
    mailbox=st.sampled_from([0, 1, 2, 3, 3, None]),
    is_member=_mostly,
    is_officer=st.booleans(),
    lists=st.frozensets(st.integers(0, LISTS - 1)),
    lives=st.sampled_from([HERE, HERE, THERE]),
    consents=_mostly,
)
worlds = st.builds(
    World,
    people=st.lists(people, min_size=4, max_size=5).map(tuple),
    contacts=st.frozensets(st.tuples(st.integers(0, MAILBOXES - 1), st.integers(0, LISTS - 1)), max_size=3),
)
changes = st.lists(st.builds(Change, st.sampled_from(CHANGES), st.sampled_from(range(4))), min_size=1, max_size=4).map(
    tuple
)


def _sends(by_staff: bool) -> st.SearchStrategy[Send]:
    parts = st.sampled_from(BY_STAFF if by_staff else BY_OFFICER)
    return st.builds(
        Send,
        by_staff=st.just(by_staff),
        include=st.frozensets(parts, min_size=1, max_size=3),
        exclude=st.sampled_from([frozenset[str]()] * 2) | st.frozensets(parts, max_size=1),
        changes=changes,
    )


sends = st.booleans().flatmap(_sends)


_CAST = World(
    people=(
        Somebody(0, is_member=True, is_officer=True, lists=frozenset({0}), lives=HERE, consents=True),
        Somebody(1, is_member=True, is_officer=False, lists=frozenset({0}), lives=HERE, consents=True),
        Somebody(2, is_member=True, is_officer=True, lists=frozenset({0, 1}), lives=THERE, consents=True),
        Somebody(3, is_member=False, is_officer=False, lists=frozenset({1}), lives=HERE, consents=True),
    ),
    contacts=frozenset({(1, 1), (3, 0)}),
)
_OF_STAFF = {"withdraws", "moves", "out of office", "joins"}
_LISTS, _AREA = frozenset({"list 0", "list 1"}), frozenset({"area here", "office"})
CHOSEN = [
    *(
        (
            _CAST,
            Send(
                kind in _OF_STAFF,
                _AREA if kind in _OF_STAFF else _LISTS,
                frozenset(),
                tuple(Change(kind, number) for number in (0, 2, 3)),
            ),
        )
        for kind in CHANGES
    ),
    (_CAST, Send(by_staff=True, include=_AREA, exclude=frozenset(), changes=(Change("leaves", 0),))),
    (_CAST, Send(by_staff=False, include=frozenset({"list 0"}), exclude=frozenset(), changes=(Change("leaves", 1),))),
    (_CAST, Send(by_staff=False, include=frozenset({"members"}), exclude=frozenset({"list 1"}))),
    (_CAST, Send(by_staff=True, include=frozenset({"area here", "area there"}), exclude=frozenset({"office"}))),
]
"""Each change once where it matters, and each way of leaving somebody out: what is drawn may miss one of them."""


def scope_of(send: Send) -> str:
    """What one click in this mail leaves."""
    if send.by_staff:
        return "organisation"
    (first, *more) = sorted(send.include)
    return first if first.startswith("list") and not more else "group"


def changed(world: World, send: Send, change: Change) -> World:
    """The world after it; as it was where there is nobody whom it could be about."""
    if change.kind == "contact gone":
        gone = sorted(world.contacts)[change.number : change.number + 1]
        return replace(world, contacts=world.contacts - set(gone))
    if change.number >= len(world.people):
        return world
    person = world.people[change.number]
    if change.kind == "leaves":
        left = frozenset() if person.mailbox is None else frozenset({(person.mailbox, scope_of(send))})
        return replace(world, departures=world.departures | left)
    after = {
        "removed": replace(person, is_member=False),
        "joins": replace(person, is_member=True),
        "withdraws": replace(person, consents=False),
        "moves": replace(person, lives=THERE if person.lives == HERE else HERE),
        "mutes": replace(person, is_muted=True),
        "off list": replace(person, lists=frozenset()),
        "out of office": replace(person, is_officer=False),
    }[change.kind]
    people = (*world.people[: change.number], after, *world.people[change.number + 1 :])
    return replace(world, people=people)


def audience(world: World, send: Send) -> set[int]:
    """The mailboxes of whoever is meant at this moment, whatever they want to be sent."""
    return {person.mailbox for person in _meant(world, send) if person.mailbox is not None} | _contacts(world, send)


def copies(world: World, send: Send) -> set[int]:
    """The mailboxes that get a copy: each was meant when the send was accepted, and may be written to in the end."""
    accepted = audience(world, send)
    for change in send.changes:
        world = changed(world, send, change)
    wanting = {person.mailbox for person in _meant(world, send) if not person.is_muted} | _contacts(world, send)
    left = {mailbox for mailbox, scope in world.departures if scope == scope_of(send)}
    return {mailbox for mailbox in wanting & accepted - left if mailbox is not None}


def _meant(world: World, send: Send) -> list[Somebody]:
    return [
        person
        for person in world.people
        if any(_is_in(person, part) for part in send.include)
        and not any(_is_in(person, part) for part in send.exclude)
        and not (person.mailbox is not None and person.mailbox in _outside(world, send.exclude))
    ]


def _contacts(world: World, send: Send) -> set[int]:
    return _outside(world, send.include) - _outside(world, send.exclude)


def _outside(world: World, parts: frozenset[str]) -> set[int]:
    return {mailbox for mailbox, number in world.contacts if f"list {number}" in parts}


def _is_in(person: Somebody, part: str) -> bool:
    if part.startswith("area"):
        return person.consents and part == f"area {person.lives}"
    if not person.is_member:
        return False
    if part.startswith("list"):
        return int(part[-1]) in person.lists
    return part == "members" or (part == "office" and person.is_officer)
