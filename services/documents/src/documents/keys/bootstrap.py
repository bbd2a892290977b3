"""Builds what the keys process needs, once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import UnitOfWork
from shared.health import database_answers
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from documents.keys.rate_cap import RateCap
from documents.keys.root_keys import RootFiles
from documents.keys.roots import Roots
from documents.keys.settings import KeysSettings
from documents.keys.vault_transit import VaultTransit


@dataclass(frozen=True, slots=True)
class KeyResources:
    """What lives from start to stop."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    roots: Roots
    cap: RateCap

    def unit_of_work(self) -> UnitOfWork:
        return UnitOfWork(self.sessions, "documents")

    async def ready(self) -> None:
        """Unavailable while the database does not answer."""
        await database_answers(self.engine)


@asynccontextmanager
async def open_key_resources(settings: KeysSettings) -> AsyncIterator[KeyResources]:
    """Opens the database and the way to the root key. Raises BadRootKey."""
    roots = _roots(settings)
    engine = make_engine(settings.database_url, "documents-keys")
    try:
        yield KeyResources(engine, make_sessions(engine), roots, RateCap(settings.operations_per_minute))
    finally:
        await roots.aclose()
        await engine.dispose()


def _roots(settings: KeysSettings) -> Roots:
    if settings.vault_url is not None and settings.vault_token_file is not None:
        return VaultTransit(settings.vault_url, settings.vault_key, settings.vault_token_file)
    if settings.key_folder is None:
        raise ValueError("no root key: settings name neither a folder nor a Vault")
    return RootFiles(settings.key_folder)
