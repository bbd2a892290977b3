"""Builds what messaging works with, once per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.auth.sealing import Opener
from shared.blobs.store import BlobStore
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.health import database_answers
from shared.mail.smtp import Relay
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from messaging.keyring import Keyring, open_addresses
from messaging.settings import SERVICE, Settings
from messaging.use_cases.print_mail import Press
from messaging.use_cases.send_chunk import ChunkSender
from messaging.use_cases.send_draft import Sending
from messaging.use_cases.send_invitations import InvitationSender


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that a use case or a consumer may need."""

    settings: Settings
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    store: BlobStore
    keyring: Keyring
    sender: ChunkSender
    opener: Opener
    invitations: InvitationSender
    drafts: Sending

    def unit_of_work(self, claim: Claim | None = None) -> UnitOfWork:
        return UnitOfWork(self.sessions, SERVICE, claim)

    async def ready(self) -> None:
        """Unavailable while the database does not answer."""
        await database_answers(self.engine)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """The resources, closed at the end."""
    engine = make_engine(settings.database_url, SERVICE, pool_size=15)
    sessions = make_sessions(engine)
    keyring = Keyring(settings.key_folder)
    store = BlobStore(
        settings.store_url,
        settings.store_access_key,
        settings.store_secret_key.get_secret_value(),
        settings.store_bucket,
    )
    press = Press(
        keyring, store, settings.mail_from, settings.bounce_domain, settings.public_url, settings.most_attached_bytes
    )
    relay = Relay(settings.smtp_url)
    sender = ChunkSender(engine, lambda: UnitOfWork(sessions, SERVICE), press, relay)
    opener = open_addresses(settings.key_folder)
    invitations = InvitationSender(
        lambda: UnitOfWork(sessions, SERVICE), relay, opener, settings.mail_from, settings.public_url
    )
    drafts = Sending(keyring, settings.largest_audience_alone)
    try:
        yield Resources(settings, engine, sessions, store, keyring, sender, opener, invitations, drafts)
    finally:
        await store.aclose()
        await engine.dispose()
