"""Builds what documents needs, once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.auth.internal import key_name
from shared.auth.keyfiles import load_signing_key
from shared.blobs.store import BlobStore
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.health import database_answers
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from documents.settings import SERVICE, DocumentsSettings
from documents.storage.clamd import Clamd
from documents.storage.group_keys import KeysProcess
from documents.storage.key_messages import DOCUMENTS, KEYS
from documents.storage.parts import Turns


@dataclass(frozen=True, slots=True)
class Resources:
    """What lives from start to stop."""

    settings: DocumentsSettings
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    store: BlobStore
    keys: KeysProcess
    scanner: Clamd | None
    turns: Turns

    def unit_of_work(self, claim: Claim | None = None) -> UnitOfWork:
        return UnitOfWork(self.sessions, SERVICE, claim)

    async def ready(self) -> None:
        """Unavailable while the database does not answer."""
        await database_answers(self.engine)


@asynccontextmanager
async def open_resources(settings: DocumentsSettings) -> AsyncIterator[Resources]:
    """Opens database, store and the way to the keys process; closes them at the end."""
    engine = make_engine(settings.database_url, SERVICE)
    store = BlobStore(
        settings.store_url,
        settings.store_access_key,
        settings.store_secret_key.get_secret_value(),
        settings.store_bucket,
    )
    keys = KeysProcess(settings.keys_url, load_signing_key(settings.key_folder, key_name(KEYS, DOCUMENTS)))
    scanner = Clamd(settings.clamd_url) if settings.clamd_url else None
    try:
        turns = Turns(settings.parts_at_once)
        yield Resources(settings, engine, make_sessions(engine), store, keys, scanner, turns)
    finally:
        await keys.aclose()
        await store.aclose()
        await engine.dispose()
