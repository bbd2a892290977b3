"""What a meeting decided stands after 14 days, unless members object (P12)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now

from services.groups.tests.api.test_offices import told_of_term
from services.groups.tests.balloting import leader_of, seen, vacate
from services.groups.tests.conftest import World

LATER = timedelta(days=14)


async def record(
    world: World, who: Principal, group: UUID, person: Principal, office: str = "chair", held_on: str | None = None
) -> httpx.Response:
    body = {
        "office": office,
        "person_id": str(person.id),
        "held_on": held_on or now().date().isoformat(),
        "minutes_note": "Item 4 of the annual meeting",
    }
    return await world.ask("POST", f"/groups/{group}/meeting-results", who, body)


async def objects(world: World, who: Principal, group: UUID, result: str) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/meeting-results/{result}/objections", who)


@pytest.fixture
async def members(world: World, chair: Principal, panel: UUID) -> list[Principal]:
    """Four members besides the chair."""
    secret = await world.link(chair, panel)
    return [await world.member(chair, panel, secret) for _ in range(4)]


async def test_a_result_fills_the_office_after_fourteen_days_and_once(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    assert (await record(world, chair, panel, members[0])).status_code == 201
    await settle_due(resources.unit_of_work, now() + LATER - timedelta(hours=1))
    assert await leader_of(world, chair, panel) == str(chair.id)
    await asyncio.gather(*(settle_due(resources.unit_of_work, now() + LATER) for _ in range(20)))
    assert await leader_of(world, chair, panel) == str(members[0].id)
    told = await told_of_term(resources, panel, "chair")
    assert [each["person_id"] for each in told if each["until"] is None] == [str(chair.id), str(members[0].id)]


async def test_officers_record_and_any_member_where_nobody_leads(
    world: World, chair: Principal, panel: UUID, members: list[Principal]
) -> None:
    refused = await record(world, members[1], panel, members[0])
    assert refused.json()["code"] == "groups.not_an_officer"
    await vacate(world, chair, panel)
    assert (await record(world, members[1], panel, members[0])).status_code == 201
    again = await record(world, members[1], panel, members[2])
    assert again.json()["code"] == "groups.result_is_open"
    listed = (await world.ask("GET", f"/groups/{panel}/meeting-results", members[3])).json()["results"]
    assert [(each["person_id"], each["recorded_by"]) for each in listed] == [(str(members[0].id), str(members[1].id))]


async def test_three_who_object_make_it_a_ballot(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    result = (await record(world, chair, panel, members[0])).json()["id"]
    for who in (members[0], members[1], members[1], members[2]):  # the person chosen, and who says it twice
        assert (await objects(world, who, panel, result)).json()["settled"] is None
    assert (await objects(world, members[3], panel, result)).json() == {"objections": 3, "settled": "objected"}
    assert (await objects(world, chair, panel, result)).json()["code"] == "groups.result_is_settled"
    assert [each["office"] for each in await seen(world, chair, panel)] == ["chair"]
    await settle_due(resources.unit_of_work, now() + LATER)
    assert await leader_of(world, chair, panel) == str(chair.id)


async def test_many_who_object_at_once_open_one_ballot(
    world: World, chair: Principal, panel: UUID, members: list[Principal]
) -> None:
    result = (await record(world, chair, panel, members[0])).json()["id"]
    await asyncio.gather(*(objects(world, who, panel, result) for who in (*members[1:], chair) for _ in range(5)))
    assert len(await seen(world, chair, panel)) == 1


async def test_in_a_group_of_two_the_other_may_object(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    result = (await record(world, chair, panel, member, "secretary")).json()["id"]
    assert (await objects(world, chair, panel, result)).json()["settled"] == "objected"


async def test_who_objected_is_counted_again_when_the_result_is_due(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    """Two of four others object; when the two who did not have left, they are all the others."""
    result = (await record(world, chair, panel, members[3], "secretary")).json()["id"]
    for who in (chair, members[0]):
        assert (await objects(world, who, panel, result)).json()["settled"] is None
    for leaver in members[1:3]:
        await world.ask("DELETE", f"/groups/{panel}/membership", leaver)
    await settle_due(resources.unit_of_work, now() + LATER)
    listed = (await world.ask("GET", f"/groups/{panel}/meeting-results", chair)).json()["results"]
    assert [each["settled"] for each in listed] == ["objected"]
    assert [each["office"] for each in await seen(world, chair, panel)] == ["secretary"]


async def test_a_result_for_who_has_left_is_void(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    await record(world, chair, panel, members[0])
    await world.ask("DELETE", f"/groups/{panel}/membership", members[0])
    await settle_due(resources.unit_of_work, now() + LATER)
    listed = (await world.ask("GET", f"/groups/{panel}/meeting-results", chair)).json()["results"]
    assert [each["settled"] for each in listed] == ["void"]
    assert await leader_of(world, chair, panel) == str(chair.id)


@pytest.mark.parametrize("held_on", ["2099-01-01", "2020-01-01", "yesterday"])
async def test_a_meeting_was_held_within_the_last_year(
    world: World, chair: Principal, panel: UUID, held_on: str
) -> None:
    assert (await record(world, chair, panel, chair, held_on=held_on)).status_code == 422


async def test_only_a_member_is_chosen_for_an_office_that_exists(world: World, chair: Principal, panel: UUID) -> None:
    asker = await world.asker(chair, panel)
    assert (await record(world, chair, panel, asker)).json()["code"] == "groups.not_active"
    assert (await record(world, chair, panel, chair, "coordinator")).json()["code"] == "groups.no_such_office"
