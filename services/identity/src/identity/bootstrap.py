"""Builds what identity works with, once per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.health import database_answers
from shared.mail.smtp import Relay
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from identity.keyring import Keyring
from identity.openid import Discovery
from identity.outward import Outward
from identity.passwords import Hasher
from identity.settings import Settings
from identity.use_cases.send_due_mail import SecurityMail

SERVICE = "identity"


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that a use case or a consumer may need."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    keyring: Keyring
    hasher: Hasher
    security_mail: SecurityMail
    discovery: Discovery
    public_url: str

    def unit_of_work(self, claim: Claim | None = None) -> UnitOfWork:
        return UnitOfWork(self.sessions, SERVICE, claim)

    async def ready(self) -> None:
        await database_answers(self.engine)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """The resources, closed at the end."""
    engine = make_engine(settings.database_url, SERVICE)
    try:
        yield Resources(
            engine=engine,
            sessions=make_sessions(engine),
            keyring=Keyring(settings.key_folder, settings.email_tag_key.get_secret_value()),
            hasher=Hasher(),
            security_mail=SecurityMail(
                Relay(settings.smtp_url), settings.mail_from, settings.mail_name, settings.public_url
            ),
            discovery=Discovery(Outward(private_too=settings.providers_on_private_addresses)),
            public_url=settings.public_url,
        )
    finally:
        await engine.dispose()
