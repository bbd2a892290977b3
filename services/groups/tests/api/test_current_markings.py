"""What is told beside a marking: until when, whether in grace, and what changed since it was given (P7)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.errors import MarkedAlready
from groups.domain.markings import GRACE, LIFE, RENEWAL
from groups.storage.tables import metadata
from groups.use_cases.list_groups import view_group
from groups.use_cases.mark import mark
from groups.use_cases.republish import republish
from groups.use_cases.tell_expiries import tell_expiries
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.issuer import Issuer
from sqlalchemy import select

from services.groups.tests.conftest import World


async def shown(world: World, who: Principal, path: str) -> list[dict[str, Any]]:  # JSON
    found: list[dict[str, Any]] = (await world.ask("GET", path, who)).json()["markings"]
    return found


async def expiries_told(resources: Resources, subject: UUID) -> int:
    outbox = metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == "groups.marking_changed.v1")
    async with resources.engine.connect() as connection:
        payloads = [envelope["payload"] for (envelope,) in await connection.execute(query)]
    return len([each for each in payloads if each["subject_id"] == str(subject) and each["state"] == "expired"])


async def test_a_new_name_and_a_new_leader_show_on_the_marking_wherever_it_shows(
    world: World, chair: Principal
) -> None:
    group, police = await world.group(chair, visibility="visible"), await world.police()
    deputy = await world.member(chair, group)
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": "Before"})
    statement = (await world.mark(police, group)).json()["statement"]
    await world.ask("PUT", f"/groups/{group}/offices/vice_chair", chair, {"person_id": str(deputy.id)})
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": "Before", "purpose": "Another"})
    assert (await shown(world, chair, f"/groups/{group}"))[0]["changed_since"] == []
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": "After"})
    assert (await shown(world, chair, f"/groups/{group}"))[0]["changed_since"] == ["name"]
    await world.ask("PUT", f"/groups/{group}/offices/chair", chair, {"person_id": str(deputy.id)})
    for who, path in ((chair, f"/groups/{group}"), (police, f"/staff/groups/{group}")):
        assert (await shown(world, who, path))[0]["changed_since"] == ["name", "leading_office"]
    listed = (await world.ask("GET", "/directory?limit=100")).json()["groups"]
    mine = next(each for each in listed if each["id"] == str(group))
    assert mine["markings"][0]["changed_since"] == ["name", "leading_office"]
    checked = (await world.ask("POST", "/markings/check", None, {"statement": statement})).json()
    assert checked["changed_since"] == ["name", "leading_office"]
    assert checked["standing"] == "current"
    await world.mark(await world.coordinator(), group)
    by = {each["authority"]: each["changed_since"] for each in await shown(world, chair, f"/groups/{group}")}
    assert by == {"police": ["name", "leading_office"], "ourwatch": []}


async def test_a_marking_is_in_grace_after_its_end_and_gone_after_that(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await world.mark(await world.police(), panel)
    end = datetime.fromisoformat((await shown(world, chair, f"/groups/{panel}"))[0]["expires_at"])

    async def at(moment: datetime) -> list[bool]:
        group, _ = await view_group(resources.unit_of_work(), chair, panel, moment)
        return [marking.is_in_grace for marking in group.markings]

    assert await at(end - timedelta(seconds=1)) == [False]
    assert await at(end) == [True]
    assert await at(end + GRACE - timedelta(seconds=1)) == [True]
    assert await at(end + GRACE) == []


async def test_a_renewal_in_the_last_ninety_days_keeps_the_history(
    world: World, chair: Principal, panel: UUID, resources: Resources, issuer: Issuer
) -> None:
    police = await world.police()
    await world.mark(police, panel)
    end = now() + LIFE

    async def renew(moment: datetime) -> None:
        token = issuer.access(police)
        await mark(
            resources.unit_of_work(),
            police,
            panel,
            None,
            declared_household=False,
            signs=resources.signs,
            access_token=token,
            now=moment,
        )

    with pytest.raises(MarkedAlready):
        await renew(end - RENEWAL - timedelta(minutes=1))
    await renew(end - RENEWAL + timedelta(minutes=1))
    entries = (await world.ask("GET", f"/groups/{panel}/markings", chair)).json()["entries"]
    assert [each["entry"] for each in entries] == ["grant", "grant"]
    assert len(await shown(world, chair, f"/groups/{panel}")) == 1


async def test_that_a_marking_is_over_is_told_once_however_many_workers_look(
    world: World, panel: UUID, resources: Resources
) -> None:
    police, coordinator = await world.police(), await world.coordinator()
    await world.mark(police, panel)
    await world.mark(coordinator, panel)
    await world.withdraw(coordinator, panel)
    end = now() + LIFE

    async def look(moment: datetime) -> None:
        while await tell_expiries(resources.unit_of_work(), moment):
            pass

    await look(end + GRACE - timedelta(minutes=5))
    assert await expiries_told(resources, panel) == 0
    await asyncio.gather(*(look(end + GRACE + timedelta(minutes=5)) for _ in range(20)))
    assert await expiries_told(resources, panel) == 1  # of police's: the other was withdrawn
    await republish(resources.unit_of_work())
    assert await expiries_told(resources, panel) == 2


async def test_a_household_is_declared_in_each_act(world: World, panel: UUID, chair: Principal) -> None:
    member, police = await world.member(chair, panel), await world.police()
    for path in (f"/staff/groups/{panel}/markings", f"/staff/groups/{panel}/memberships/{member.id}/markings"):
        for body in (None, {}, {"household": None}):
            assert (await world.ask("POST", path, police, body)).json()["code"] == "groups.declaration_needed"
        refused = await world.ask("POST", path, police, {"household": True})
        assert refused.json()["code"] == "groups.cannot_mark_your_own_group"
        assert (await world.ask("POST", path, police, {"household": False})).status_code == 201
