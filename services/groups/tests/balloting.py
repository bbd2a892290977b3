"""A ballot held in a test: time passes by moving what the ballot waits for."""

from typing import Any
from uuid import UUID

import httpx
from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now

from services.groups.tests.conftest import World


async def vacate(world: World, leader: Principal, group: UUID, office: str = "chair") -> None:
    answer = await world.ask("DELETE", f"/groups/{group}/offices/{office}", leader)
    assert answer.status_code == 204, answer.text


async def opened(world: World, who: Principal, group: UUID) -> UUID:
    answer = await world.ask("POST", f"/groups/{group}/ballots", who)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def stands(world: World, who: Principal, group: UUID, ballot: UUID) -> UUID:
    """The nomination of somebody who nominates themselves."""
    path = f"/groups/{group}/ballots/{ballot}/nominations"
    answer = await world.ask("POST", path, who, {"person_id": str(who.id)})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def move(resources: Resources, ballot: UUID, *ends: str) -> None:
    """As if the time of nominations, or of voting too, were over."""
    moment = now()
    async with resources.engine.begin() as connection:
        moved = tables.ballots.update().where(tables.ballots.c.id == ballot)
        await connection.execute(moved.values(dict.fromkeys(ends, moment)))


async def voting_opens(resources: Resources, ballot: UUID) -> None:
    await move(resources, ballot, "nominations_until")


async def voting_ends(resources: Resources, ballot: UUID) -> None:
    await move(resources, ballot, "voting_until")
    await settle_due(resources.unit_of_work, now())


async def votes(world: World, who: Principal, group: UUID, ballot: UUID, nomination: UUID) -> httpx.Response:
    path = f"/groups/{group}/ballots/{ballot}/votes"
    return await world.ask("POST", path, who, {"nomination_id": str(nomination)})


async def seen(world: World, who: Principal, group: UUID) -> list[dict[str, Any]]:  # Any: JSON
    answer = await world.ask("GET", f"/groups/{group}/ballots", who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["ballots"]
    return found


async def leader_of(world: World, who: Principal, group: UUID) -> str | None:
    offices = (await world.ask("GET", f"/groups/{group}/offices", who)).json()["offices"]
    holder = offices[0]["holder"]
    return str(holder["person_id"]) if holder else None
