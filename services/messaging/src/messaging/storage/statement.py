"""Statements that run thousands of times a second: prepared text for the driver itself, its values given by name."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection


class Driver(Protocol):
    """asyncpg's connection, which ships no types."""

    async def fetch(self, query: str, *values: object) -> Sequence[Any]: ...


class Statement:
    """A statement with `:named` values. Each run is a transaction of its own, where none is open."""

    def __init__(self, sql: str) -> None:
        compiled = text(sql).compile(dialect=dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy types it not
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()

    async def run(self, driver: Driver, values: Mapping[str, object]) -> Sequence[Any]:
        """The rows, by name and by place."""
        return await driver.fetch(self._sql, *(values[name] for name in self._names))


async def driver_of(connection: AsyncConnection) -> Driver:
    """What the connection speaks through."""
    return cast("Driver", (await connection.get_raw_connection()).driver_connection)
