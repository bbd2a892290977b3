"""A ward panel agrees three priorities, the police answer each, and what came of them is open to see."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from shared.auth.principal import Principal
from shared.clock import now

from services.groups.tests.api.test_group_pages import page_of
from services.groups.tests.conftest import World

TODAY = now().date().isoformat()


async def agree(world: World, who: Principal, group: UUID, text: str = "Speeding in Vallance Road") -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/priorities", who, {"text": text, "agreed_on": TODAY})


async def agreed(world: World, who: Principal, group: UUID, text: str = "Speeding in Vallance Road") -> str:
    answer = await agree(world, who, group, text)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def answer(world: World, who: Principal, group: UUID, priority: str, text: str) -> httpx.Response:
    return await world.ask("POST", f"/staff/groups/{group}/priorities/{priority}/answers", who, {"text": text})


async def close(world: World, who: Principal, group: UUID, priority: str) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/priorities/{priority}/outcome", who, {"outcome": "A camera"})


async def listed(world: World, who: Principal, path: str) -> list[dict[str, Any]]:  # JSON
    found: list[dict[str, Any]] = (await world.ask("GET", f"{path}/priorities", who)).json()["priorities"]
    return found


async def test_it_is_agreed_answered_and_closed_for_members_and_staff_to_read(
    world: World, chair: Principal, panel: UUID
) -> None:
    member, police = await world.member(chair, panel), await world.police()
    priority = await agreed(world, chair, panel)
    for text in ("Checks every Friday", "Twelve drivers stopped"):
        assert (await answer(world, police, panel, priority, text)).status_code == 204
    assert (await close(world, chair, panel, priority)).status_code == 204
    [seen] = await listed(world, member, f"/groups/{panel}")
    assert [each["text"] for each in seen["answers"]] == ["Checks every Friday", "Twelve drivers stopped"]
    assert {each["organisation"] for each in seen["answers"]} == {"police of the borough"}
    assert (seen["agreed_on"], seen["outcome"]) == (TODAY, "A camera")
    assert str(police.id) not in str(seen)
    assert await listed(world, police, f"/staff/groups/{panel}") == [seen]


async def test_three_are_open_at_most_also_when_many_agree_at_once(world: World, chair: Principal, panel: UUID) -> None:
    answers = await asyncio.gather(*(agree(world, chair, panel, f"Priority {number}") for number in range(20)))
    made = [each for each in answers if each.status_code == 201]
    assert len(made) == 3
    assert {each.json()["code"] for each in answers if each not in made} == {"groups.priorities_are_full"}
    await close(world, chair, panel, made[0].json()["id"])
    assert (await agree(world, chair, panel)).status_code == 201


async def test_what_came_of_it_is_said_once_and_answered_no_more(world: World, chair: Principal, panel: UUID) -> None:
    priority = await agreed(world, chair, panel)
    said = await asyncio.gather(*(close(world, chair, panel, priority) for _ in range(20)))
    assert sorted(each.status_code for each in said) == [204] + [409] * 19
    late = await answer(world, await world.police(), panel, priority, "Too late")
    assert late.json()["code"] == "groups.priority_is_closed"


async def test_officers_agree_and_close_and_the_police_alone_answer(
    world: World, chair: Principal, panel: UUID
) -> None:
    member = await world.member(chair, panel)
    assert (await agree(world, member, panel)).json()["code"] == "groups.not_an_officer"
    priority = await agreed(world, chair, panel)
    assert (await close(world, member, panel, priority)).json()["code"] == "groups.not_an_officer"
    for who, code in (
        (await world.coordinator(), "groups.not_your_role"),
        (await world.police("E05009317"), "groups.not_found"),
    ):
        assert (await answer(world, who, panel, priority, "Mine")).json()["code"] == code


@pytest.mark.parametrize("agreed_on", ["2099-01-01", "2020-01-01"])
async def test_it_was_agreed_within_the_last_year(world: World, chair: Principal, panel: UUID, agreed_on: str) -> None:
    body = {"text": "Speeding", "agreed_on": agreed_on}
    assert (await world.ask("POST", f"/groups/{panel}/priorities", chair, body)).status_code == 422


async def test_a_priority_of_another_panel_is_none_of_ours(world: World, chair: Principal, panel: UUID) -> None:
    other = await world.group(chair)
    priority = await agreed(world, chair, other)
    assert (await close(world, chair, panel, priority)).json()["code"] == "groups.no_such_priority"
    refused = await answer(world, await world.police(), panel, priority, "Mine")
    assert refused.json()["code"] == "groups.no_such_priority"


async def test_schemes_have_none(world: World, chair: Principal) -> None:
    scheme = await world.group(chair, "neighbourhood_watch")
    assert (await agree(world, chair, scheme)).json()["code"] == "groups.only_in_ward_panels"


async def test_the_page_of_a_visible_panel_shows_them_to_everybody(world: World, chair: Principal) -> None:
    group, police = await world.group(chair, visibility="visible"), await world.police()
    path = await page_of(world, chair, group)
    await world.mark(police, group)
    priority = await agreed(world, chair, group, "<b>Speeding</b>")
    await answer(world, police, group, priority, "Checks & fines")
    await close(world, chair, group, priority)
    html = (await world.ask("GET", path)).text
    assert "<h3>&lt;b&gt;Speeding&lt;/b&gt;</h3>" in html
    assert "police of the borough" in html
    assert "Checks &amp; fines" in html
    assert "A camera" in html
