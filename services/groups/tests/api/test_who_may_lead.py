"""Nobody but the group and the holder takes the leading office from its holder (P12), and few begin nothing (P13)."""

from datetime import timedelta
from uuid import UUID

from groups.bootstrap import Resources
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now

from services.groups.tests.api.test_founding_by_staff import accept, found, named
from services.groups.tests.api.test_meeting_results import objects, record
from services.groups.tests.api.test_offices import appoint
from services.groups.tests.api.test_standing_in import away
from services.groups.tests.balloting import (
    leader_of,
    move,
    seen,
    stands,
    vacate,
    votes,
    voting_ends,
    voting_opens,
)
from services.groups.tests.conftest import World

TWO_WEEKS = timedelta(days=14)


async def some(world: World, chair: Principal, group: UUID, number: int) -> list[Principal]:
    link = await world.link(chair, group)
    return [await world.member(chair, group, link) for _ in range(number)]


async def test_who_stands_in_does_not_move_the_leader_to_another_post(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    deputy = await world.member(chair, panel)
    await appoint(world, chair, panel, "vice_chair", deputy)
    await away(resources, panel, 30)
    answer = await world.ask("PUT", f"/groups/{panel}/offices/secretary", deputy, {"person_id": str(chair.id)})
    assert answer.json()["code"] == "groups.leads_already"
    assert await leader_of(world, deputy, panel) == str(chair.id)


async def test_a_meeting_does_not_move_the_leader_to_another_post(world: World, chair: Principal, panel: UUID) -> None:
    deputy = await world.member(chair, panel)
    await appoint(world, chair, panel, "vice_chair", deputy)
    assert (await record(world, deputy, panel, chair, "secretary")).json()["code"] == "groups.leads_already"


async def test_who_came_to_lead_meanwhile_is_not_moved_by_a_meeting(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    await record(world, chair, panel, member, "secretary")
    await appoint(world, chair, panel, "chair", member)
    await settle_due(resources.unit_of_work, now() + TWO_WEEKS)
    assert await leader_of(world, member, panel) == str(member.id)


async def test_one_person_does_not_begin_a_panel_that_staff_founded(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 3)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    await accept(world, people[0], panel)
    ballot = await world.ask("POST", f"/groups/{panel}/ballots", people[0])
    assert ballot.json()["code"] == "groups.too_few_yet"
    assert (await record(world, people[0], panel, people[0])).json()["code"] == "groups.too_few_yet"


async def test_the_first_who_leaves_a_founded_panel_does_not_end_it(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 3)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    await accept(world, people[0], panel)
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", people[0])).is_success
    assert (await world.ask("POST", f"/groups/{panel}/membership/accept", people[1])).is_success


async def test_recording_a_result_tells_nobody_who_belongs(world: World, chair: Principal) -> None:
    group = await world.group(chair, kind="community_group")
    member, other = await world.member(chair, group), await world.member(chair, group)
    stranger = await world.resident()
    await vacate(world, chair, group)
    answers = [await record(world, member, group, who) for who in (other, stranger)]
    assert len({(answer.status_code, answer.json()["code"]) for answer in answers}) == 1


async def test_no_result_is_recorded_while_a_ballot_is_open(world: World, chair: Principal, panel: UUID) -> None:
    for member in await some(world, chair, panel, 3):
        await world.ask("POST", f"/groups/{panel}/ballots/requests", member)
    assert (await record(world, chair, panel, chair)).json()["code"] == "groups.ballot_is_open"


async def test_a_ballot_overrules_a_result_that_waits(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    members = await some(world, chair, panel, 4)
    await record(world, chair, panel, chair)
    asked = [await world.ask("POST", f"/groups/{panel}/ballots/requests", member) for member in members[:3]]
    ballot = UUID(asked[-1].json()["ballot"]["id"])
    nomination = await stands(world, members[0], panel, ballot)
    await voting_opens(resources, ballot)
    for member in members:
        await votes(world, member, panel, ballot, nomination)
    await voting_ends(resources, ballot)
    await settle_due(resources.unit_of_work, now() + TWO_WEEKS)
    assert await leader_of(world, chair, panel) == str(members[0].id)


async def test_a_ballot_for_another_post_leaves_the_askers_for_the_leading_one(
    world: World, chair: Principal, panel: UUID
) -> None:
    members = await some(world, chair, panel, 4)
    for member in members[:2]:
        await world.ask("POST", f"/groups/{panel}/ballots/requests", member)
    result = (await record(world, chair, panel, members[0], "secretary")).json()["id"]
    for member in (chair, *members[1:]):
        await objects(world, member, panel, result)
    asked = (await world.ask("POST", f"/groups/{panel}/ballots/requests", members[2])).json()
    assert asked["asked"] == 3


async def test_who_wins_two_first_ballots_holds_one_office(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 3)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    for person in people:
        await accept(world, person, panel)
    for _ in range(2):  # the leading office, then the two others side by side
        open_ballots = [UUID(each["id"]) for each in await seen(world, people[0], panel) if each["closed_at"] is None]
        for ballot in open_ballots:
            candidate = people[0] if len(open_ballots) == 1 else people[1]
            nomination = await stands(world, candidate, panel, ballot)
            await voting_opens(resources, ballot)
            await votes(world, people[2], panel, ballot, nomination)
            await move(resources, ballot, "voting_until")
        await settle_due(resources.unit_of_work, now())
    offices = (await world.ask("GET", f"/groups/{panel}/offices", people[0])).json()["offices"]
    elected = [each["outcome"] for each in await seen(world, people[0], panel)]
    assert elected.count("elected") == 2
    assert [each["is_vacant"] for each in offices].count(False) == 2
