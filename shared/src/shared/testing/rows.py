"""Every row of a service's database, read before an act and after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

Rows = Mapping[str, frozenset[str]]
"""Of each table by name, its rows as PostgreSQL writes them."""

# Not what anybody did: whether the relay sleeps, and what was delivered.
NOBODYS = frozenset({"relay", "inbox"})


@dataclass(frozen=True)
class Difference:
    """What an act wrote, by table. A row that was changed is gone as it was, and new as it is."""

    gone: Mapping[str, frozenset[str]] = field(default_factory=dict)
    new: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self.gone) | frozenset(self.new)


async def rows_of(owner: AsyncEngine, metadata: MetaData, *, without: Iterable[str] = ()) -> Rows:
    """Reads all tables in one statement, and so at one moment. `owner` may read them all."""
    names = [table.fullname for table in metadata.sorted_tables if table.fullname not in NOBODYS | set(without)]
    read = " UNION ALL ".join(f"SELECT '{name}', array_agg(t::text) FROM {name} t" for name in names)
    async with owner.connect() as connection:
        return {name: frozenset(lines or ()) for name, lines in await connection.execute(text(read))}


def difference(before: Rows, after: Rows) -> Difference:
    """What is no longer there and what is there now, of tables where either is."""
    gone = {name: lines - after[name] for name, lines in before.items()}
    new = {name: after[name] - lines for name, lines in before.items()}
    return Difference({n: lines for n, lines in gone.items() if lines}, {n: lines for n, lines in new.items() if lines})
