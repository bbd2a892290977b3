"""Which ids of one service mean something of another, and what is there without the other half."""

from dataclasses import dataclass

from shared.servers.postgres_admin import PostgresAdmin


@dataclass(frozen=True)
class Reference:
    """Every value of a column in one database is the id of a row in another."""

    database: str
    table: str
    column: str
    of_database: str
    of_table: str


REFERENCES = (
    Reference("groups", "memberships", "person_id", "identity", "accounts"),
    Reference("messaging", "known_contacts", "id", "identity", "accounts"),
    Reference("messaging", "known_memberships", "id", "groups", "memberships"),
    Reference("messaging", "lists", "group_id", "groups", "groups"),
    Reference("documents", "vaults", "group_id", "groups", "groups"),
    Reference("documents", "releases", "list_id", "messaging", "lists"),
)


def orphans(admin: PostgresAdmin) -> list[str]:
    """A line for each id that has no other half."""
    found = []
    for each in REFERENCES:
        here = set(admin.run(f"SELECT DISTINCT {each.column} FROM {each.table}", database=each.database).split())  # noqa: S608 - names from above
        there = set(admin.run(f"SELECT id FROM {each.of_table}", database=each.of_database).split())  # noqa: S608 - as above
        found += [
            f"orphaned {each.database}.{each.table}.{each.column} {lost}: not in {each.of_database}.{each.of_table}"
            for lost in sorted(here - there)
        ]
    return found
