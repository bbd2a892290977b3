"""A service in miniature: the platform's tables and one table of effects, on the real broker and database."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from pydantic import SecretStr
from shared.bus.declare import declare_topology, declare_user
from shared.contracts.envelope import Event
from shared.db.engine import make_engine, make_sessions
from shared.db.tables import service_metadata
from shared.db.unit_of_work import Claim, UnitOfWork
from shared.testing.private_servers import Addresses
from sqlalchemy import Column, Integer, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

metadata = service_metadata()
effects = Table(
    "effects", metadata, Column("id", Integer, primary_key=True), Column("thing_id", Uuid), Column("word", Text)
)


class ThingChanged(Event):
    """Routed like an event that messaging reads."""

    type: ClassVar[str] = "groups.membership_changed.v1"
    aggregate: ClassVar[str] = "thing_id"

    thing_id: UUID
    word: str = ""


@dataclass(frozen=True)
class Miniature:
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    producer_url: SecretStr
    consumer_url: SecretStr
    vhost: str

    def unit_of_work(self, claim: Claim | None = None) -> UnitOfWork:
        return UnitOfWork(self.sessions, "groups", claim)

    async def count(self, table: str) -> int:
        async with self.engine.connect() as connection:
            return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.fixture(scope="session")
async def miniature(servers: Addresses, test_worker: str) -> AsyncIterator[Miniature]:
    name = f"miniature_{test_worker}"
    servers.postgres.ensure_role(name, servers.role_password)
    servers.postgres.ensure_database(name, owner=name)
    engine = make_engine(SecretStr(servers.database_url(name, name)), name)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(text("INSERT INTO relay VALUES (1, false)"))
    servers.broker.put_vhost(name)
    servers.broker.set_permissions("root", name, ".*", ".*", ".*")
    declare_topology(servers.broker, name)
    urls = {}
    for service in ("groups", "messaging"):
        password = secrets.token_urlsafe(24)
        declare_user(servers.broker, name, service, f"{name}-{service}", password)
        urls[service] = SecretStr(servers.amqp_url(f"{name}-{service}", password, name))
    yield Miniature(engine, make_sessions(engine), urls["groups"], urls["messaging"], name)
    await engine.dispose()


@pytest.fixture(autouse=True)
async def empty(miniature: Miniature) -> None:
    async with miniature.engine.begin() as connection:
        await connection.execute(text("TRUNCATE outbox, inbox, effects, idempotency_keys"))
