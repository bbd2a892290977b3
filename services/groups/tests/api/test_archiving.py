"""A leader closes a group and opens it again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.errors import TooLateToReopen
from groups.use_cases.reopen_group import list_archived_groups, reopen_group
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.groups import GroupChanged
from shared.contracts.identity import PersonErased
from sqlalchemy import text

from services.groups.tests.conftest import World


async def archive(world: World, who: Principal, group: UUID) -> int:
    return (await world.ask("POST", f"/groups/{group}/archive", who)).status_code


async def reopen(world: World, who: Principal, group: UUID) -> int:
    return (await world.ask("POST", f"/groups/{group}/reopen", who)).status_code


async def told(resources: Resources, group: UUID) -> list[str]:
    """The group's states as the others hear of them."""
    query = text(
        "SELECT envelope->'payload'->>'state' FROM outbox WHERE routing_key = :key"
        " AND envelope->>'aggregate_id' = :id ORDER BY (envelope->>'aggregate_version')::int"
    )
    async with resources.engine.connect() as connection:
        return list(await connection.scalars(query, {"key": GroupChanged.type, "id": str(group)}))


async def test_a_closed_group_is_closed_to_everybody_and_opens_as_it_was(
    world: World, chair: Principal, resources: Resources
) -> None:
    """P18: documents and messages close with it, since no pass is given."""
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    secret = await world.link(chair, group)
    member = await world.member(chair, group, secret)
    before = (await world.ask("GET", f"/groups/{group}/memberships", chair)).json()
    assert await archive(world, chair, group) == 200
    for who in (chair, member):
        assert (await world.passed(who, group)).status_code == 404
        assert (await world.ask("GET", f"/groups/{group}", who)).status_code == 404
        assert (await world.ask("GET", "/groups/mine", who)).json()["groups"] == []
    assert (await world.ask("GET", f"/join?secret={secret}")).status_code == 404
    assert str(group) not in (await world.ask("GET", "/directory?limit=100")).text
    assert await reopen(world, member, group) == 404
    assert await reopen(world, chair, group) == 200
    assert (await world.ask("GET", f"/groups/{group}/memberships", chair)).json() == before
    assert (await world.passed(member, group)).status_code == 200
    assert await told(resources, group) == ["active", "archived", "active"]


async def test_the_leader_alone_closes(world: World, chair: Principal, panel: UUID) -> None:
    deputy, member = await world.member(chair, panel), await world.member(chair, panel)
    await world.ask("PUT", f"/groups/{panel}/offices/vice_chair", chair, {"person_id": str(deputy.id)})
    away = {"until": (now() + timedelta(days=20)).date().isoformat()}
    assert (await world.ask("POST", f"/groups/{panel}/absence", chair, away)).status_code in {200, 204}
    assert await archive(world, deputy, panel) == 403  # standing in is not leading
    assert await archive(world, member, panel) == 403
    assert await archive(world, await world.resident(), panel) == 404
    assert await archive(world, chair, panel) == 200


async def test_who_led_finds_it_for_ninety_days(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    await archive(world, chair, panel)
    found = (await world.ask("GET", "/groups/archived", chair)).json()["groups"]
    assert [each["id"] for each in found] == [str(panel)]
    assert found[0]["reopen_until"] > (now() + timedelta(days=89)).isoformat()
    assert (await world.ask("GET", "/groups/archived", member)).json()["groups"] == []
    late = now() + timedelta(days=91)
    assert list(await list_archived_groups(resources.unit_of_work(), chair, late)) == []
    with pytest.raises(TooLateToReopen):
        await reopen_group(resources.unit_of_work(), chair, panel, late)
    assert (await reopen_group(resources.unit_of_work(), chair, panel, now() + timedelta(days=89))).id == panel


async def test_who_led_before_or_is_gone_cannot_open_it(world: World, chair: Principal, panel: UUID) -> None:
    successor = await world.member(chair, panel)
    await world.ask("PUT", f"/groups/{panel}/offices/chair", chair, {"person_id": str(successor.id)})
    assert await archive(world, successor, panel) == 200
    assert await reopen(world, chair, panel) == 404
    await world.hear(PersonErased(person_id=successor.id, version=9))
    assert await reopen(world, successor, panel) == 404


async def test_nobody_opens_what_the_last_one_left(world: World, chair: Principal, panel: UUID) -> None:
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200
    assert await reopen(world, chair, panel) == 404
    assert (await world.ask("GET", "/groups/archived", chair)).json()["groups"] == []


async def test_closing_and_opening_happen_once_however_often_asked(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    answers = await asyncio.gather(*(archive(world, chair, panel) for _ in range(20)))
    assert sorted(answers) == [200] + [404] * 19
    answers = await asyncio.gather(*(reopen(world, chair, panel) for _ in range(20)))
    assert sorted(answers) == [200] + [404] * 19
    assert await told(resources, panel) == ["active", "archived", "active"]
