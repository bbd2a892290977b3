"""Two schemes become one by consent of both coordinators (P12), and nobody's standing is lost or gained by it."""

import asyncio
from uuid import UUID

from groups.bootstrap import Resources
from groups.domain.errors import NoSuchGroup, NoSuchLink
from groups.storage.tables import merge_links
from groups.use_cases.forget_person import forget_person
from groups.use_cases.merge_schemes import merge_schemes
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.contracts.groups import GroupChanged, MembershipChanged, OfficeChanged
from shared.contracts.identity import StaffChanged
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.api.merging.conftest import agree, merge, states, suspend, told
from services.groups.tests.conftest import BOROUGH, World


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


async def test_who_belongs_there_or_was_removed_stays_as_they_are(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID, resources: Resources
) -> None:
    removed, both, held_back = [await world.member(other, giving) for _ in range(3)]
    gone, again = [await world.member(other, giving) for _ in range(2)]
    for person in (removed, both, held_back, gone, again):
        secret = await world.link(chair, going_on)
        await world.ask("POST", "/membership-requests", person, {"secret": secret})
        await world.admit(chair, going_on, person)
    await world.ask("POST", f"/groups/{going_on}/memberships/{removed.id}/remove", chair, {"reason": "Threats"})
    await suspend(world, chair, going_on, held_back)
    # Who was removed and asked again waits for the officers there (P12).
    await world.ask("POST", f"/groups/{going_on}/memberships/{again.id}/remove", chair, {"reason": "Threats"})
    await world.ask("POST", "/membership-requests", again, {"secret": await world.link(chair, going_on)})
    # Who left is not carried back, and so escapes no suspension by it.
    await suspend(world, chair, going_on, gone)
    await world.ask("DELETE", f"/groups/{going_on}/membership", gone)
    await merge(world, other, giving, await agree(world, chair, going_on))
    people = [removed, both, held_back, gone, again]
    assert await states(resources, going_on, people) == ["removed", "active", "suspended", "left", "pending"]


async def test_markings_stay_with_the_scheme_that_has_them(
    world: World, chair: Principal, other: Principal, going_on: UUID, giving: UUID
) -> None:
    assert (await world.mark(await world.police(), giving)).status_code == 201
    await merge(world, other, giving, await agree(world, chair, going_on))
    assert (await world.ask("GET", f"/groups/{going_on}", chair)).json()["markings"] == []


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
