"""What keeps two schemes from merging, and leaves both as they were."""

from datetime import timedelta
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchLink
from groups.storage.tables import merge_links
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.merge_schemes import merge_schemes
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import select

from services.groups.tests.api.merging.conftest import SCHEME, agree, merge, states
from services.groups.tests.conftest import World


async def test_nobody_is_seen_by_more_people_than_they_were_told(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    """P15."""
    member = await world.member(other, giving)
    await world.ask("PATCH", f"/groups/{going_on}", chair, {"who_sees_members": "all"})
    refused = await merge(world, other, giving, await agree(world, chair, going_on))
    assert refused.json()["code"] == "groups.names_would_open"
    assert await states(resources, going_on, [member]) == [None]
    await world.ask("PATCH", f"/groups/{giving}", other, {"who_sees_members": "all"})
    assert (await merge(world, other, giving, await agree(world, chair, going_on))).status_code == 200


@pytest.mark.parametrize("paused", ["going_on", "giving"])
async def test_a_pause_is_not_escaped_by_merging(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, paused: str
) -> None:
    """P4."""
    path = f"/staff/groups/{going_on if paused == 'going_on' else giving}/pause"
    asked = (await world.ask("POST", path, await world.police(), {"reason": "Shouting"})).json()
    confirmed = await world.ask("POST", f"{path}/confirm", await world.coordinator(), {"pause_id": asked["id"]})
    assert confirmed.status_code == 200, confirmed.text
    refused = await merge(world, other, giving, await agree(world, chair, going_on))
    assert refused.json()["code"] == "groups.no_merging_while_paused"


async def test_there_is_room_or_nothing_happens(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    """P11: twenty until the first marking."""
    for leader, group, number in ((chair, going_on, 11), (other, giving, 8)):
        secret = await world.link(leader, group)
        for _ in range(number):
            await world.member(leader, group, secret)
    secret = await agree(world, chair, going_on)
    assert (await merge(world, other, giving, secret)).json()["code"] == "groups.full_until_marked"
    assert await states(resources, going_on, [other]) == [None]
    assert (await world.passed(other, giving)).status_code == 200
    assert (await world.mark(await world.police(), going_on)).status_code == 201
    assert (await merge(world, other, giving, secret)).status_code == 200


async def test_both_coordinators_agree_and_nobody_for_them(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID
) -> None:
    deputy = await world.member(other, giving)
    path = f"/groups/{giving}/offices/deputy_coordinator"
    assert (await world.ask("PUT", path, other, {"person_id": str(deputy.id)})).status_code == 200
    for who in (deputy, await world.member(other, giving)):
        answer = await world.ask("POST", f"/groups/{giving}/merge-links", who)
        assert answer.json()["code"] == "groups.not_the_leader"
        refused = await merge(world, who, giving, await agree(world, chair, going_on))
        assert refused.json()["code"] == "groups.not_the_leader"


async def test_one_person_who_coordinates_both_does_not_merge_them(
    world: World, chair: Principal, going_on: UUID
) -> None:
    secret = await agree(world, chair, going_on)
    for group in (going_on, await world.group(chair, SCHEME)):
        assert (await merge(world, chair, group, secret)).json()["code"] == "groups.merging_takes_two"


async def test_who_agreed_and_coordinates_no_more_does_not_speak_for_the_scheme(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID
) -> None:
    secret, successor = await agree(world, chair, going_on), await world.member(chair, going_on)
    path = f"/groups/{going_on}/offices/coordinator"
    assert (await world.ask("PUT", path, chair, {"person_id": str(successor.id)})).status_code == 200
    assert (await merge(world, other, giving, secret)).json()["code"] == "groups.link_not_valid"


async def test_links_that_open_nothing_are_answered_alike(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    replaced, joining = await agree(world, chair, going_on), await world.link(chair, going_on)
    good = await agree(world, chair, going_on)
    answers = [await merge(world, other, giving, secret) for secret in (replaced, joining, "nothing at all")]
    assert {answer.json()["code"] for answer in answers} == {"groups.link_not_valid"}
    with pytest.raises(NoSuchLink):
        await merge_schemes(resources.unit_of_work(), other, giving, good, now() + timedelta(days=7))
    await forget_what_is_over(resources.unit_of_work(), now() + timedelta(days=7))
    async with resources.engine.connect() as connection:
        assert (await connection.execute(select(merge_links))).all() == []


async def test_schemes_alone_merge(
    world: World, chair: Principal, panel: UUID, other: Principal, going_on: UUID
) -> None:
    assert (await world.ask("POST", f"/groups/{panel}/merge-links", chair)).json()[
        "code"
    ] == "groups.only_schemes_merge"
    community = await world.group(other, "community_group")
    refused = await merge(world, other, community, await agree(world, chair, going_on))
    assert refused.json()["code"] == "groups.only_schemes_merge"
