"""Thousands of people whom a send is for, put there at once: members, listed, consenting, outside contacts."""

from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
from messaging.bootstrap import Resources
from shared.clock import now
from shared.ids import new_id
from shared.testing.service import Ground

WARD, BOROUGH = "E05009328", "E09000030"
HOUSEHOLD = 20
"""One person in so many reads a mailbox with the one before."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account. The ids of what the other services told of them are kept to tell more."""

    id: UUID
    email: str
    tag: bytes
    membership_id: UUID = field(default_factory=new_id)
    consent_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Contact:
    """Somebody outside who said yes to a list."""

    id: UUID
    email: str
    tag: bytes


@dataclass(frozen=True)
class Crowd:
    """A group whose members all live in one ward and consent, with two lists that have half of them in common."""

    group_id: UUID
    organisation_id: UUID
    lists: tuple[UUID, UUID]
    people: list[Person]
    listed: tuple[list[Person], list[Person]]
    contacts: list[Contact]


async def gather(ground: Ground, resources: Resources, *, mailboxes: int, outside: int = 0) -> Crowd:
    """A new crowd with so many mailboxes, and so many outside contacts on its second list besides."""
    run, keyring = new_id().hex[-10:], resources.keyring

    def mailbox(name: str) -> tuple[str, bytes]:
        email = f"{name}.{run}@example.org"
        return email, keyring.mailbox_tag(email)

    people: list[Person] = []
    for number in range(mailboxes):
        email, tag = mailbox(f"box-{number}")
        sharing = 2 if number % HOUSEHOLD == 0 else 1
        people += [Person(new_id(), email, tag) for _ in range(sharing)]
    contacts = [Contact(new_id(), *mailbox(f"outside-{number}")) for number in range(outside)]
    third = len(people) // 3
    listed = people[: 2 * third], people[third:]
    crowd = Crowd(new_id(), new_id(), (new_id(), new_id()), people, listed, contacts)
    connection = await as_superuser(ground)
    try:
        await _put(connection, crowd)
    finally:
        await connection.close()
    return crowd


async def as_superuser(ground: Ground) -> asyncpg.Connection:
    """Sees the connections and locks of the service."""
    return await asyncpg.connect(
        user="postgres",
        password=ground.servers.postgres_password,
        host="127.0.0.1",
        port=ground.servers.postgres_port,
        database=ground.database_url.rpartition("/")[2],
        timeout=5,
    )


async def _put(connection: asyncpg.Connection, crowd: Crowd) -> None:
    at, group_id, of = now(), crowd.group_id, crowd.organisation_id
    rows = {
        "known_groups": (
            "id kind name visibility area state version",
            [(group_id, "ward_panel", "Large Panel", "hidden", WARD, "active", 1)],
        ),
        "known_organisations": ("id name version", [(of, "Metropolitan Police", 1)]),
        "known_persons": (
            "id display_name state area version",
            [(each.id, "A", "active", WARD, 1) for each in crowd.people],
        ),
        "known_contacts": ("id email tag version", [(each.id, each.email, each.tag, 1) for each in crowd.people]),
        "known_memberships": (
            "id group_id person_id state version",
            [(each.membership_id, group_id, each.id, "active", 1) for each in crowd.people],
        ),
        "known_consents": (
            "id person_id organisation_id state version",
            [(each.consent_id, each.id, of, "given", 1) for each in crowd.people],
        ),
        "lists": (
            "id group_id name made_by made_at",
            [(list_id, group_id, f"List {list_id}", new_id(), at) for list_id in crowd.lists],
        ),
        "list_members": (
            "list_id person_id added_at",
            [
                (list_id, each.id, at)
                for list_id, listed in zip(crowd.lists, crowd.listed, strict=True)
                for each in listed
            ],
        ),
        "list_contacts": (
            "id list_id name email tag state asked_at confirmed_at",
            [(each.id, crowd.lists[1], "Joe", each.email, each.tag, "confirmed", at, at) for each in crowd.contacts],
        ),
    }
    areas = [(WARD, "Ward", BOROUGH, 1), (BOROUGH, "Borough", None, 1)]
    await connection.executemany("INSERT INTO known_areas VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", areas)
    for table, (columns, records) in rows.items():
        await connection.copy_records_to_table(table, records=records, columns=columns.split())
    # As the server does by itself after so many new rows, only sooner.
    await connection.execute("ANALYZE")
