"""The tables of the code are the tables of the database."""

from importlib import import_module
from typing import Any
from uuid import UUID

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from documents.storage.tables import metadata
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine


async def test_the_migrated_schema_is_what_tables_says(ground: Any) -> None:
    def difference(connection: Connection) -> list[Any]:
        migrated = MigrationContext.configure(connection, opts={"include_schemas": True, "compare_type": True})
        return list(compare_metadata(migrated, metadata))

    engine = create_async_engine(ground.owner_database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()


async def test_a_vault_from_before_is_counted_and_gets_its_ledger(group: Any, ground: Any) -> None:
    """What the second migration does with what it finds, done again and rolled back."""
    path = await group.chair.upload(b"1234")
    _, _, document, _, version, _ = path.split("/")
    await group.chair.declare(document, 100)
    migration = import_module("documents.storage.migrations.versions.0003_folders_ledger_quotas")

    def again(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE document_ledger NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("TRUNCATE document_ledger"))
        connection.execute(text("UPDATE vaults SET used_bytes = 0"))
        with Operations.context(MigrationContext.configure(connection)):
            migration._take_stock()

    engine = create_async_engine(ground.owner_database_url)
    async with engine.connect() as connection:
        await connection.run_sync(again)
        used = text("SELECT used_bytes FROM vaults WHERE group_id = :id")
        assert await connection.scalar(used, {"id": group.id}) == 104
        lines = text("SELECT act, document_id, version_id FROM document_ledger WHERE group_id = :id ORDER BY id")
        assert [tuple(row) for row in await connection.execute(lines, {"id": group.id})] == [
            ("added", UUID(document), None),
            ("version_added", UUID(document), UUID(version)),
        ]
        # Both are forced again, on the owner too.
        for table in ("documents", "versions"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        await connection.rollback()
    await engine.dispose()
