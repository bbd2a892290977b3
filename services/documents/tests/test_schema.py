"""The tables of the code are the tables of the database."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from documents.storage.tables import metadata
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine


async def test_the_migrated_schema_is_what_tables_says(ground: Any) -> None:
    def difference(connection: Connection) -> list[Any]:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"include_schemas": True, "compare_type": True}), metadata
        )

    engine = create_async_engine(ground.owner_database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()
