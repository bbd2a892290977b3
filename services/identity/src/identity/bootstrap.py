"""Builds what identity works with, once per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.health import database_answers
from shared.mail.smtp import Relay
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from identity.domain.retention import Retention
from identity.keyring import Keyring
from identity.openid import Discovery
from identity.outward import Outward
from identity.passwords import Hasher
from identity.relying_party import RelyingParty
from identity.settings import SERVICE, Settings
from identity.use_cases.count_tries import Counting
from identity.use_cases.send_due_mail import SecurityMail


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that a use case or a consumer may need."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    keyring: Keyring
    hasher: Hasher
    counting: Counting
    site: RelyingParty
    security_mail: SecurityMail
    retention: Retention
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
    sessions = make_sessions(engine)
    keyring = Keyring(settings.key_folder, settings.email_tag_key.get_secret_value())
    try:
        yield Resources(
            engine=engine,
            sessions=sessions,
            keyring=keyring,
            counting=Counting(lambda: UnitOfWork(sessions, SERVICE), keyring),
            hasher=Hasher(),
            site=RelyingParty(settings.public_url),
            security_mail=SecurityMail(
                Relay(settings.smtp_url), settings.mail_from, settings.mail_name, settings.public_url, keyring
            ),
            retention=Retention(
                settings.inactive_months, settings.notice_months, timedelta(days=settings.unconfirmed_days)
            ),
            discovery=Discovery(Outward(private_too=settings.providers_on_private_addresses)),
            public_url=settings.public_url,
        )
    finally:
        await engine.dispose()
