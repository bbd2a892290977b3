"""Brings a service's schema up to date, as the role that owns it, and gives the other roles their rights."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files

from alembic import context
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

_LOCK = 0x6F7577  # any number that all migrating processes of one database share


def migrate(owner_url: str, service: str, rights: Sequence[str]) -> None:
    """Runs `<service>/storage/migrations` to the newest revision, then the grants in `rights`; safe to repeat.

    Several at once wait for one another. Everything happens in one transaction: a failed migration leaves nothing.
    """
    asyncio.run(_migrate(owner_url, service, rights))


async def _migrate(owner_url: str, service: str, rights: Sequence[str]) -> None:
    engine = create_async_engine(owner_url, connect_args={"timeout": 10})
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(upgrade, service)
            for statement in rights:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


def upgrade(connection: Connection, service: str) -> None:
    """Runs the migrations on an open connection, in its transaction."""
    script = _script(service)

    def steps(revision: tuple[str, ...], _context: object) -> list[object]:
        return list(script._upgrade_revs("head", revision))  # type: ignore[arg-type]  # noqa: SLF001 - as Alembic's own command does it

    with EnvironmentContext(script_config(service), script, fn=steps):
        context.configure(connection=connection, transactional_ddl=True)
        context.run_migrations()


def script_config(service: str) -> Config:
    """Alembic's configuration for a service: its migrations lie in its package."""
    config = Config()
    config.set_main_option("script_location", str(files(f"{service}.storage") / "migrations"))
    return config


def _script(service: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(script_config(service))
