"""Leaving is never asked about, and may be undone for seven days."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchGroup
from groups.storage import tables
from groups.use_cases.forget_person import forget_person
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.undo_leaving import undo_leaving
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import select

from services.groups.tests.api.test_offices import appoint
from services.groups.tests.api.test_suspending import mine, suspend, told_of
from services.groups.tests.conftest import World

DAY = timedelta(days=1)


async def leave(world: World, person: Principal, group: UUID) -> str | None:
    """Until when it may be undone."""
    answer = await world.ask("DELETE", f"/groups/{group}/membership", person)
    assert answer.status_code == 200, answer.text
    until: str | None = answer.json()["undo_until"]
    return until


async def come_back(world: World, person: Principal, group: UUID) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/membership/return", person)


async def row_of(resources: Resources, person: Principal) -> Any:  # Any: a row
    query = select(tables.memberships).where(tables.memberships.c.person_id == person.id)
    async with resources.engine.connect() as connection:
        return (await connection.execute(query)).one()


async def test_who_left_comes_back_within_seven_days_without_their_office(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    secretary = await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", secretary)
    since = (await row_of(resources, secretary)).since
    until = await leave(world, secretary, panel)
    assert until is not None
    assert timedelta(days=6, hours=23) < datetime.fromisoformat(until) - now() <= 7 * DAY
    assert (await world.passed(secretary, panel)).status_code == 404
    back = (await come_back(world, secretary, panel)).json()
    assert (back["state"], datetime.fromisoformat(back["since"])) == ("active", since)
    (seen,) = await mine(world, secretary)
    assert (seen["my_state"], seen["my_office"]) == ("active", None)


async def test_who_comes_back_many_times_at_once_comes_back_once(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    await leave(world, person, panel)
    answers = await asyncio.gather(*(come_back(world, person, panel) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await told_of(resources, person))[-2:] == [("left", 3), ("active", 4)]


async def test_after_seven_days_there_is_nothing_to_undo_and_nothing_kept_for_it(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    await suspend(world, chair, panel, person, now() + 30 * DAY)
    until = await leave(world, person, panel)
    assert until is not None
    over = datetime.fromisoformat(until)
    await forget_what_is_over(resources.unit_of_work(), over - timedelta(seconds=1))
    assert (await row_of(resources, person)).reason is not None
    with pytest.raises(NoSuchGroup):
        await undo_leaving(resources.unit_of_work(), person, panel, over)
    await forget_what_is_over(resources.unit_of_work(), over)
    kept = await row_of(resources, person)
    assert (kept.state, kept.reason, kept.suspended_until, kept.undo_until) == ("left", None, None, None)


async def test_leaving_does_not_end_a_suspension(world: World, chair: Principal, panel: UUID) -> None:
    person = await world.member(chair, panel)
    end = now() + 2 * DAY
    await suspend(world, chair, panel, person, end)
    await leave(world, person, panel)
    assert (await come_back(world, person, panel)).json()["state"] == "suspended"
    (seen,) = await mine(world, person)
    assert datetime.fromisoformat(seen["suspended_until"]) == end
    assert seen["suspended_because"] == "Shouted at the meeting"
    assert (await come_back(world, person, panel)).status_code == 404


async def test_a_suspension_that_ended_meanwhile_is_over(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    end = now() + 2 * DAY
    await suspend(world, chair, panel, person, end)
    await leave(world, person, panel)
    back = await undo_leaving(resources.unit_of_work(), person, panel, end)
    assert back.is_active


async def test_who_was_removed_or_took_a_request_back_has_nothing_to_undo(
    world: World, chair: Principal, panel: UUID
) -> None:
    removed, asker = await world.member(chair, panel), await world.asker(chair, panel)
    await world.ask("POST", f"/groups/{panel}/memberships/{removed.id}/remove", chair, {"reason": "Moved"})
    assert await leave(world, asker, panel) is None
    for person in (removed, asker):
        assert (await come_back(world, person, panel)).json()["code"] == "groups.not_found"


async def test_who_left_and_asked_anew_is_decided_about(world: World, chair: Principal, panel: UUID) -> None:
    person = await world.member(chair, panel)
    await leave(world, person, panel)
    await world.ask("POST", "/membership-requests", person, {"secret": await world.link(chair, panel)})
    assert (await come_back(world, person, panel)).status_code == 404


async def test_nobody_comes_back_to_a_group_that_has_ended(world: World, chair: Principal, panel: UUID) -> None:
    person = await world.member(chair, panel)
    await leave(world, person, panel)
    assert await leave(world, chair, panel) is None
    for who in (person, chair):
        assert (await come_back(world, who, panel)).status_code == 404


async def test_who_comes_back_finds_their_place_taken(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    people = [await world.member(chair, panel, secret) for _ in range(19)]
    await leave(world, people[0], panel)
    await world.member(chair, panel, secret)
    assert (await come_back(world, people[0], panel)).json()["code"] == "groups.full_until_marked"


async def test_an_erased_person_neither_comes_back_nor_leaves_a_reason(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    await suspend(world, chair, panel, person)
    await forget_person(resources.unit_of_work(), person.id, 9, now())
    kept = await row_of(resources, person)
    assert (kept.state, kept.reason, kept.suspended_until, kept.undo_until) == ("left", None, None, None)
    assert (await come_back(world, person, panel)).json()["code"] == "groups.account_is_over"
