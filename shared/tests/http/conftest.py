"""A service in miniature: routes that succeed, refuse and fail, on a real database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from pydantic import SecretStr
from shared.contracts.envelope import Event
from shared.db.engine import make_engine, make_sessions
from shared.db.tables import service_metadata
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from shared.health import database_answers
from shared.http.app import make_app
from shared.http.dependencies import Member, Staff, StaffOfAnyAssurance
from shared.http.fields import Body, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute
from shared.ids import new_id
from shared.testing.client import service_client
from shared.testing.issuer import Issuer
from shared.testing.private_servers import Addresses
from sqlalchemy import Column, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncEngine

AUDIENCE = "groups"
HIDDEN = "the text of an error that quotes a row"

metadata = service_metadata()
effects = Table("effects", metadata, Column("id", Uuid, primary_key=True), Column("word", Text))

REFUSALS: dict[str, type[Refusal]] = {
    kind.__name__: kind for kind in (NotFound, Conflict, Forbidden, Invalid, Unavailable)
}


class NewThing(Body):
    word: Line
    note: Paragraphs | None = None


@dataclass(frozen=True)
class Resources:
    engine: AsyncEngine

    async def ready(self) -> None:
        await database_answers(self.engine)


def unit_of_work(request: Request) -> UnitOfWork:
    sessions = make_sessions(request.app.state.resources.engine)
    return UnitOfWork(sessions, AUDIENCE, request.state.claim)


Unit = Annotated[UnitOfWork, Depends(unit_of_work)]
router = APIRouter(route_class=IdempotentRoute)


async def have_effect(uow: UnitOfWork, word: str) -> UUID:
    async with uow:
        thing_id = new_id()
        await uow.session.execute(effects.insert().values(id=thing_id, word=word))
    return thing_id


@router.post("/things", status_code=201)
async def add(body: NewThing, uow: Unit) -> dict[str, str]:
    return {"id": str(await have_effect(uow, body.word)), "word": body.word}


@router.post("/things/counted")
async def count_and_refuse(body: NewThing, uow: Unit) -> None:
    await have_effect(uow, body.word)
    raise Conflict


@router.post("/things/broken")
async def add_and_break(body: NewThing, uow: Unit) -> None:
    await have_effect(uow, body.word)
    raise RuntimeError(HIDDEN)


class ThingAdded(Event):
    type: ClassVar[str] = "groups.thing_added.v1"
    aggregate: ClassVar[str] = "thing_id"
    thing_id: UUID


@router.post("/things/undone")
async def add_and_undo(body: NewThing, uow: Unit) -> None:
    async with uow:
        uow.record(ThingAdded(thing_id=await have_effect(uow, body.word), version=1))
    async with uow:
        raise Conflict


@router.get("/refusals/{kind}")
async def refuse(kind: str) -> None:
    raise REFUSALS[kind]


@router.get("/page", response_class=HTMLResponse)
async def show(number: int) -> str:
    return f"<p>{number}</p>"


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError(HIDDEN)


@router.get("/member")
async def for_members(actor: Member) -> dict[str, str]:
    return {"id": str(actor.id)}


@router.get("/staff")
async def for_staff(actor: Staff) -> dict[str, str]:
    return {"id": str(actor.id)}


@router.get("/staff/enrolment")
async def for_staff_of_any_assurance(actor: StaffOfAnyAssurance) -> dict[str, str]:
    return {"id": str(actor.id)}


@pytest.fixture(scope="session")
async def engine(servers: Addresses, test_worker: str) -> AsyncIterator[AsyncEngine]:
    name = f"http_{test_worker}"
    servers.postgres.ensure_role(name, servers.role_password)
    servers.postgres.ensure_database(name, owner=name)
    engine = make_engine(SecretStr(servers.database_url(name, name)), name)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
def make_service(issuer: Issuer) -> Callable[[AsyncEngine], FastAPI]:
    def make(engine: AsyncEngine) -> FastAPI:
        @asynccontextmanager
        async def resources() -> AsyncIterator[Resources]:
            yield Resources(engine)

        return make_app("miniature", routers=[router], trust=issuer.trust, audience=AUDIENCE, resources=resources)

    return make


@pytest.fixture
async def client(
    make_service: Callable[[AsyncEngine], FastAPI], engine: AsyncEngine, issuer: Issuer
) -> AsyncIterator[httpx.AsyncClient]:
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE effects, idempotency_keys, outbox"))
    async with service_client(make_service(engine), issuer, AUDIENCE) as opened:
        yield opened


@pytest.fixture
def count(engine: AsyncEngine) -> Callable[[], object]:
    async def counted() -> int:
        async with engine.connect() as connection:
            return int((await connection.execute(text("SELECT count(*) FROM effects"))).scalar_one())

    return counted
