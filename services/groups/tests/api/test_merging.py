"""Two schemes become one by consent of both coordinators (P12), and nobody's standing is lost or gained by it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchGroup, NoSuchLink
from groups.storage.tables import memberships, merge_links
from groups.use_cases.forget_person import forget_person
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.merge_schemes import merge_schemes
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.contracts.groups import GroupChanged, MembershipChanged, OfficeChanged
from shared.contracts.identity import StaffChanged
from shared.ids import new_id
from sqlalchemy import select, text

from services.groups.tests.conftest import BOROUGH, World

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


async def test_everybody_comes_as_what_they_were_and_reads_why(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    member, asker = await world.member(other, giving), await world.asker(other, giving)
    suspended, stranger = await world.member(other, giving), await world.resident()
    await suspend(world, other, giving, suspended)
    merged = await merge(world, other, giving, await agree(world, chair, going_on))
    assert merged.json() == {"id": str(going_on), "name": "Whitechapel Panel"}
    people = [chair, other, member, asker, suspended, stranger]
    expected = ["active", "active", "active", None, "suspended", None]  # who asked, asked the other scheme
    assert await states(resources, going_on, people) == expected
    for person in (other, member, suspended):
        (mine,) = (await world.ask("GET", "/groups/mine", person)).json()["groups"]
        assert (mine["id"], mine["my_office"], mine["merged_from"]) == (str(going_on), None, "Bow Road Watch")
    assert (await world.ask("GET", "/groups/mine", suspended)).json()["groups"][0]["suspended_because"] == "Shouting"
    (hers,) = (await world.ask("GET", "/groups/mine", chair)).json()["groups"]
    assert (hers["my_office"], hers["merged_from"]) == ("coordinator", None)


async def test_the_scheme_that_gives_is_closed_for_good_and_the_others_hear_of_each(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    await world.member(other, giving)
    await merge(world, other, giving, await agree(world, chair, going_on))
    assert (await world.passed(other, giving)).status_code == 404
    assert (await world.ask("POST", f"/groups/{giving}/reopen", other)).status_code == 404
    assert (await told(resources, GroupChanged.type, giving))[-1][0] == "archived"
    assert (await told(resources, OfficeChanged.type, giving))[-1][1] is not None
    assert [state for state, _ in await told(resources, MembershipChanged.type, going_on)] == ["active"] * 3


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


async def test_who_belongs_there_or_was_removed_stays_as_they_are(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    removed, both, held_back = [await world.member(other, giving) for _ in range(3)]
    gone = await world.member(other, giving)
    for person in (removed, both, held_back, gone):
        secret = await world.link(chair, going_on)
        await world.ask("POST", "/membership-requests", person, {"secret": secret})
        await world.admit(chair, going_on, person)
    await world.ask("POST", f"/groups/{going_on}/memberships/{removed.id}/remove", chair, {"reason": "Threats"})
    await suspend(world, chair, going_on, held_back)
    # Who left is not carried back, and so escapes no suspension by it.
    await suspend(world, chair, going_on, gone)
    await world.ask("DELETE", f"/groups/{going_on}/membership", gone)
    await merge(world, other, giving, await agree(world, chair, going_on))
    people = [removed, both, held_back, gone]
    assert await states(resources, going_on, people) == ["removed", "active", "suspended", "left"]


async def test_markings_stay_with_the_scheme_that_has_them(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID
) -> None:
    assert (await world.mark(await world.police(), giving)).status_code == 201
    await merge(world, other, giving, await agree(world, chair, going_on))
    assert (await world.ask("GET", f"/groups/{going_on}", chair)).json()["markings"] == []


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


async def test_of_twenty_at_once_one_merges(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    member, secret = await world.member(other, giving), await agree(world, chair, going_on)
    outcomes = await asyncio.gather(
        *(merge_schemes(resources.unit_of_work(), other, giving, secret, now()) for _ in range(20)),
        return_exceptions=True,
    )
    refused = [type(each) for each in outcomes if isinstance(each, BaseException)]
    assert len(refused) == 19
    assert set(refused) <= {NoSuchGroup, NoSuchLink}
    assert await states(resources, going_on, [other, member]) == ["active", "active"]
    assert len(await told(resources, MembershipChanged.type, going_on)) == 3


async def test_two_schemes_that_merge_into_each_other_at_once_leave_one(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    to_chair, to_other = await agree(world, chair, going_on), await agree(world, other, giving)
    outcomes = await asyncio.gather(
        *(
            merge_schemes(resources.unit_of_work(), leader, group, secret, now())
            for leader, group, secret in ((other, giving, to_chair), (chair, going_on, to_other))
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    assert len([each for each in outcomes if not isinstance(each, BaseException)]) == 1
    assert {type(each) for each in outcomes if isinstance(each, BaseException)} <= {NoSuchGroup, NoSuchLink}


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


async def test_who_became_police_meanwhile_is_not_carried_along(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    """P3."""
    member = await world.member(other, giving)
    await world.hear(
        StaffChanged(
            staff_id=new_id(),
            person_id=member.id,
            display_name="PC New",
            organisation_id=await world.organisation("police"),
            role=Role.POLICE.value,
            areas=[BOROUGH],
            state="active",
            version=1,
        )
    )
    await merge(world, other, giving, await agree(world, chair, going_on))
    assert await states(resources, going_on, [other, member]) == ["active", None]


async def test_nobody_is_carried_along_behind_their_erasure(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    """P29: whichever comes first, nothing of them is left in either scheme, and neither waits for good."""
    people = [await world.member(other, giving) for _ in range(6)]
    secret = await agree(world, chair, going_on)
    await asyncio.gather(
        *(forget_person(resources.unit_of_work(), person.id, 9, now()) for person in people[:3]),
        merge_schemes(resources.unit_of_work(), other, giving, secret, now()),
        *(forget_person(resources.unit_of_work(), person.id, 9, now()) for person in people[3:]),
    )
    for group in (going_on, giving):
        assert set(await states(resources, group, people)) <= {None, "left"}


async def test_an_erased_coordinator_leaves_no_link(
    world: World, chair: Principal, going_on: UUID, resources: Resources
) -> None:
    await agree(world, chair, going_on)
    await forget_person(resources.unit_of_work(), chair.id, 9, now())
    async with resources.engine.connect() as connection:
        query = select(merge_links).where(merge_links.c.made_by == chair.id)
        assert (await connection.execute(query)).all() == []
