"""The migrated schema is the one in tables.py, and each role reaches what is its own."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from groups.bootstrap import Resources
from groups.settings import SignSettings
from groups.storage.tables import RIGHTS, areas, groups, memberships, metadata, organisation_keys
from shared.db.engine import make_engine
from shared.db.migrate import migrate
from shared.testing.service import Ground
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from services.groups.tests.conftest import World


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"include_schemas": True})
    return [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]


async def test_migrating_gives_the_tables_that_the_code_reads(ground: Ground) -> None:
    engine = create_async_engine(ground.owner_database_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()


async def test_migrating_again_changes_nothing(ground: Ground, world: World) -> None:
    await asyncio.to_thread(migrate, ground.owner_database_url, "groups", RIGHTS)
    assert len((await world.ask("GET", "/areas")).json()["areas"]) == 22


async def test_the_api_reads_public_keys_and_never_private_ones(resources: Resources) -> None:
    async with resources.engine.connect() as connection:
        await connection.execute(select(organisation_keys.c.kid, organisation_keys.c.public_key))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with resources.engine.connect() as connection:
            await connection.execute(select(organisation_keys.c.sealed_private_key))


@pytest.mark.parametrize("table", [groups, memberships])
async def test_the_signing_process_sees_keys_and_areas_alone(sign_settings: SignSettings, table: Table) -> None:
    engine = make_engine(sign_settings.sign_database_url, "test", pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.execute(select(areas.c.code))
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with engine.connect() as connection:
                await connection.execute(select(table))
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with engine.connect() as connection:
                await connection.execute(text("DELETE FROM sign.organisation_keys"))
    finally:
        await engine.dispose()
