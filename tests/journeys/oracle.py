"""The oracle: product.md's rules for documents, read a second time. It knows nothing of how OurWatch keeps them.

Given who asks, how their group is, and what they ask for, it says the one right answer.
"""

from dataclasses import dataclass
from enum import StrEnum


class Person(StrEnum):
    """Everybody who may ask, by what they are to the group that is asked for."""

    NOBODY = "nobody who is signed in"
    STRANGER = "stranger"
    INVITED = "invited"
    PENDING = "pending"
    MEMBER = "active member"
    SUSPENDED = "suspended"
    LEFT = "left"
    REMOVED = "removed"
    CHAIR = "chair"
    SECRETARY = "secretary"
    FORWARDER = "forwarder"
    OFFICER_ELSEWHERE = "officer of another group"
    POLICE = "police"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    POLICE_SYSTEM = "police system"


class State(StrEnum):
    """How the group is."""

    HIDDEN = "active and hidden"
    VISIBLE = "active and visible"
    PAUSED = "paused"
    ARCHIVED = "archived"


class Target(StrEnum):
    """What a route is asked about; a version, folder, release or link goes with its document."""

    VAULT = "the vault"
    FOR_MEMBERS = "a document for members"
    FOR_OFFICERS = "a document for officers"
    IN_BIN = "a document in the bin"
    LINK = "a link"


class Right(StrEnum):
    """What the group gives to those who belong to it."""

    READ = "read"  # members
    KEEP = "keep"  # an office
    FORWARD = "forward"  # an office, or the right that the chair gives


@dataclass(frozen=True)
class Answer:
    """The one right status. `as_nowhere`: to the byte what is answered for a group that does not exist (P14)."""

    status: int
    as_nowhere: bool = False


STAFF_AND_MACHINES = {Person.POLICE, Person.COORDINATOR, Person.ADMINISTRATOR, Person.POLICE_SYSTEM}
OFFICERS = {Person.CHAIR, Person.SECRETARY}
RIGHTS = {
    Person.MEMBER: {Right.READ},
    Person.FORWARDER: {Right.READ, Right.FORWARD},
    **{officer: {Right.READ, Right.KEEP, Right.FORWARD} for officer in OFFICERS},
}

# What each route takes, and how it answers who may.
ROUTES = {
    "list_documents": (Right.READ, 200),
    "read_document": (Right.READ, 200),
    "search_documents": (Right.READ, 200),
    "list_folders": (Right.READ, 200),
    "show_vault": (Right.KEEP, 200),
    "download_version": (Right.READ, 200),
    "add_document": (Right.KEEP, 201),
    "change_document": (Right.KEEP, 200),
    "bin_document": (Right.KEEP, 204),
    "list_bin": (Right.KEEP, 200),
    "restore_document": (Right.KEEP, 200),
    "list_due_documents": (Right.KEEP, 200),
    "document_ledger": (Right.KEEP, 200),
    "add_folder": (Right.KEEP, 201),
    "change_folder": (Right.KEEP, 200),
    "remove_folder": (Right.KEEP, 204),
    "add_version": (Right.KEEP, 201),
    "upload_version": (Right.KEEP, 200),
    "look_at_upload": (Right.KEEP, 204),
    "resume_upload": (Right.KEEP, 200),
    "export_vault": (Right.KEEP, 200),
    "create_release": (Right.FORWARD, 201),
    "list_releases": (Right.FORWARD, 200),
    "list_downloads": (Right.FORWARD, 200),
    "revoke_release": (Right.FORWARD, 200),
    "show_release": (None, 200),
    "download_release": (None, 200),
}


def rights(person: Person, state: State) -> set[Right]:
    """P18: only an active member has any, and nobody in a group that was closed. P4: a pause takes none away."""
    return set() if state is State.ARCHIVED else RIGHTS.get(person, set())


def is_there(person: Person, route: str, target: Target) -> bool:
    """For one who belongs. P20: what officers alone read is not there for others. P22: the bin is its own place."""
    match target:
        case Target.FOR_OFFICERS:
            found = person in OFFICERS
        case Target.IN_BIN:
            found = route in {"restore_document", "document_ledger"}
        case _:
            found = True
    return found and (route != "restore_document" or target is Target.IN_BIN)


def expected(person: Person, state: State, route: str, target: Target) -> Answer:
    """The right answer for a request that is right in itself, shown with a fresh second factor."""
    needed, welcome = ROUTES[route]
    if person in STAFF_AND_MACHINES:
        return Answer(403)  # P2, in every state of every group, also for a link
    if needed is None:
        # P21: whoever has the secret link, until it expires or is revoked. A closed group gives nothing out (P18).
        return Answer(404 if state is State.ARCHIVED else welcome)
    if person is Person.NOBODY:
        return Answer(401)
    held = rights(person, state)
    if not held:
        return Answer(404, as_nowhere=True)  # P14, P18, P19
    if needed not in held:
        return Answer(403)
    return Answer(welcome if is_there(person, route, target) else 404)


def may_see(person: Person, state: State, route: str, target: Target) -> bool:
    """Whether an answer of this route may name this document, by whatever it is called, or show what is in it."""
    held = rights(person, state)
    if route == "list_releases" and target is Target.IN_BIN:
        return Right.FORWARD in held  # P21: that it was forwarded stays on record for those who forward
    return Right.KEEP in held or (Right.READ in held and target is Target.FOR_MEMBERS)
