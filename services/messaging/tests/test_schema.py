"""The migrated schema is the one in tables.py."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from messaging.storage.tables import metadata
from shared.testing.service import Ground
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection)
    return [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]


async def test_migrating_gives_the_tables_that_the_code_reads(ground: Ground) -> None:
    engine = create_async_engine(ground.owner_database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()
