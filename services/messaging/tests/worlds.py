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

people = st.builds(
    Somebody,
    mailbox=st.none() | st.integers(0, MAILBOXES - 1),
    is_member=st.booleans(),
    is_officer=st.booleans(),
    lists=st.frozensets(st.integers(0, LISTS - 1)),
    lives=st.sampled_from([HERE, THERE]),
    consents=st.booleans(),
)
worlds = st.builds(
    World,
    people=st.lists(people, min_size=1, max_size=6).map(tuple),
    contacts=st.frozensets(st.tuples(st.integers(0, MAILBOXES - 1), st.integers(0, LISTS - 1)), max_size=3),
)
changes = st.lists(st.builds(Change, st.sampled_from(CHANGES), st.integers(0, 5)), max_size=4).map(tuple)


def _sends(by_staff: bool) -> st.SearchStrategy[Send]:
    parts = st.sampled_from(BY_STAFF if by_staff else BY_OFFICER)
    return st.builds(
        Send,
        by_staff=st.just(by_staff),
        include=st.frozensets(parts, min_size=1),
        exclude=st.frozensets(parts, max_size=2),
        changes=changes,
    )


sends = st.booleans().flatmap(_sends)


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
