"""The migrated schema is the one in tables.py."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from identity.storage.tables import RIGHTS, metadata
from shared.db.migrate import migrate
from shared.testing.service import Ground
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]


async def test_migrating_gives_the_tables_that_the_code_reads(ground: Ground) -> None:
    engine = create_async_engine(ground.owner_database_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()


async def test_migrating_again_changes_nothing(ground: Ground) -> None:
    await asyncio.to_thread(migrate, ground.owner_database_url, "identity", RIGHTS)
    await test_migrating_gives_the_tables_that_the_code_reads(ground)
