"""Builds what api and worker need, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.auth.keyfiles import SigningKey, load_signing_key
from shared.auth.passes import ISSUER
from shared.auth.sealing import Seal
from shared.contracts.groups import INVITATION_PURPOSE
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.health import database_answers
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from groups.domain.email_tags import tag_of
from groups.domain.invitees import Invitee
from groups.domain.statements import Signs
from groups.settings import Settings
from groups.sign.desk import SigningDesk, make_client


@dataclass(frozen=True, slots=True)
class Resources:
    """Database, the key of passes, the signing process, the key of e-mail tags, and what seals for messaging."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    pass_key: SigningKey
    signs: Signs
    email_tag_key: bytes
    seal: Seal
    public_url: str

    def unit_of_work(
        self, claim: Claim | None = None, opening: Callable[[AsyncSession], Awaitable[None]] | None = None
    ) -> UnitOfWork:
        return UnitOfWork(self.sessions, ISSUER, claim, opening)

    def invitee(self, address: str) -> Invitee:
        """Whoever has the address. NoSealingKey before messaging has published its key."""
        return Invitee(tag_of(address, self.email_tag_key), self.seal.seal(INVITATION_PURPOSE, address.strip()))

    async def ready(self) -> None:
        """Marking alone needs the signing process, so groups is ready without it."""
        await database_answers(self.engine)


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    engine = make_engine(settings.database_url, "groups")
    try:
        async with make_client() as client:
            yield Resources(
                engine=engine,
                sessions=make_sessions(engine),
                pass_key=load_signing_key(settings.key_folder, ISSUER),
                signs=SigningDesk(client, settings.sign_url),
                email_tag_key=settings.email_tag_key.get_secret_value().encode(),
                seal=Seal(settings.trust_folder, "messaging"),
                public_url=settings.public_url.rstrip("/"),
            )
    finally:
        await engine.dispose()
