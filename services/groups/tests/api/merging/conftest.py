"""Two schemes and what their coordinators do to make them one."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.storage.tables import memberships
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import select, text

from services.groups.tests.conftest import World

SCHEME = "neighbourhood_watch"


@pytest.fixture
async def other(world: World) -> Principal:
    return await world.resident("Olive Other")


@pytest.fixture
async def going_on(world: World, chair: Principal) -> UUID:
    return await world.group(chair, SCHEME)


@pytest.fixture
async def giving(world: World, other: Principal) -> UUID:
    group = await world.group(other, SCHEME)
    assert (await world.ask("PATCH", f"/groups/{group}", other, {"name": "Bow Road Watch"})).status_code == 200
    return group


async def agree(world: World, leader: Principal, group: UUID) -> str:
    answer = await world.ask("POST", f"/groups/{group}/merge-links", leader)
    assert answer.status_code == 201, answer.text
    secret: str = answer.json()["secret"]
    return secret


async def merge(world: World, leader: Principal, group: UUID, secret: str) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/merge", leader, {"secret": secret})


async def states(resources: Resources, group: UUID, people: Sequence[Principal]) -> list[str | None]:
    query = select(memberships.c.person_id, memberships.c.state).where(memberships.c.group_id == group)
    async with resources.engine.connect() as connection:
        found = {row.person_id: row.state.value for row in await connection.execute(query)}
    return [found.get(person.id) for person in people]


async def told(resources: Resources, kind: str, group: UUID) -> list[tuple[str | None, str | None]]:
    query = text(
        "SELECT envelope->'payload'->>'state', envelope->'payload'->>'until' FROM outbox WHERE routing_key = :kind"
        " AND envelope->'payload'->>'group_id' = :group ORDER BY id"
    )
    async with resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query, {"kind": kind, "group": str(group)})]


async def suspend(world: World, leader: Principal, group: UUID, person: Principal) -> None:
    body = {"until": (now() + timedelta(days=20)).isoformat(), "reason": "Shouting"}
    answer = await world.ask("POST", f"/groups/{group}/memberships/{person.id}/suspend", leader, body)
    assert answer.status_code == 200, answer.text
