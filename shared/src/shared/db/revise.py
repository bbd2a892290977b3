"""`python -m shared.db.revise SERVICE "what changes"`: writes the next migration from tables.py. For developers."""

import asyncio
import importlib
import os
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.migrate import script_config, upgrade

_FILE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down!r}


def upgrade() -> None:
{body}
'''


def main() -> None:
    service, message = sys.argv[1:3]
    asyncio.run(_revise(os.environ["REVISE_DATABASE_URL"], service, message))


async def _revise(url: str, service: str, message: str) -> None:
    metadata: MetaData = importlib.import_module(f"{service}.storage.tables").metadata
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        body = await connection.run_sync(_difference, service, metadata)
    await engine.dispose()
    script = ScriptDirectory.from_config(script_config(service))
    down = script.get_current_head()
    revision = f"{int(down) + 1 if down else 1:04d}"
    name = f"{revision}_{message.lower().replace(' ', '_')}.py"
    path = Path(script.dir) / "versions" / name
    path.write_text(_FILE.format(message=message, revision=revision, down=down, body=body))
    print(path)  # noqa: T201 - a developer's command


def _difference(connection: Connection, service: str, metadata: MetaData) -> str:
    upgrade(connection, service)
    migration_context = MigrationContext.configure(connection, opts={"include_schemas": True})
    operations = produce_migrations(migration_context, metadata).upgrade_ops
    if operations is None:
        raise RuntimeError("Alembic found no operations container")
    return render_python_code(operations, migration_context=migration_context)


if __name__ == "__main__":
    main()
