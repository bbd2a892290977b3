"""A suspended member keeps their place and has nothing of it, until the suspension ends by itself (P12, P18)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.republish import republish
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.api.test_hidden_groups import MEMBER_ROUTES
from services.groups.tests.api.test_offices import appoint, offices_seen_by, told_of_term
from services.groups.tests.api.test_standing_in import away
from services.groups.tests.balloting import opened, vacate, votes, voting_opens
from services.groups.tests.balloting import stands as stands_in_ballot
from services.groups.tests.conftest import World

DAY = timedelta(days=1)


async def suspend(
    world: World, officer: Principal, group: UUID, person: Principal, until: datetime | None = None
) -> httpx.Response:
    body = {"until": (until or now() + DAY).isoformat(), "reason": "Shouted at the meeting"}
    return await world.ask("POST", f"/groups/{group}/memberships/{person.id}/suspend", officer, body)


async def resume(world: World, officer: Principal, group: UUID, person: Principal) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/memberships/{person.id}/resume", officer)


async def mine(world: World, person: Principal) -> list[dict[str, Any]]:  # Any: JSON
    found: list[dict[str, Any]] = (await world.ask("GET", "/groups/mine", person)).json()["groups"]
    return found


async def told_of(resources: Resources, person: Principal) -> list[tuple[str, int]]:
    """State and version of the person's membership as it was told."""
    outbox = tables.metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == "groups.membership_changed.v1")
    async with resources.engine.connect() as connection:
        payloads = [each["payload"] for each in await connection.scalars(query.order_by(outbox.c.id))]
    return [(each["state"], each["version"]) for each in payloads if each["person_id"] == str(person.id)]


# Save that they may say why it should not be so: test_abuse_reports.py.
@pytest.mark.parametrize(
    ("method", "path", "body"), [route for route in MEMBER_ROUTES if not route[1].endswith("/abuse-reports")]
)
async def test_to_a_suspended_member_the_group_is_as_one_that_is_not_there(
    world: World, chair: Principal, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    person = await world.member(chair, panel)
    if (method, path) == ("DELETE", "/groups/{group}/membership"):
        return  # leaving is always free
    assert (await suspend(world, chair, panel, person)).json()["state"] == "suspended"
    answers = set()
    for group in (panel, new_id()):
        sent = body and {k: v.format(group=group) if isinstance(v, str) else v for k, v in body.items()}
        correlation = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
        answer = await world.ask(method, path.format(group=group), person, sent, **correlation)
        answers.add((answer.status_code, answer.content))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


async def test_a_suspended_member_is_shown_why_and_until_when(world: World, chair: Principal, panel: UUID) -> None:
    person = await world.member(chair, panel)
    until = now() + 3 * DAY
    await suspend(world, chair, panel, person, until)
    (seen,) = await mine(world, person)
    assert (seen["my_state"], seen["suspended_because"]) == ("suspended", "Shouted at the meeting")
    assert datetime.fromisoformat(seen["suspended_until"]) == until
    listed = (await world.ask("GET", f"/groups/{panel}/memberships", chair)).json()["members"]
    (theirs,) = [each for each in listed if each["person_id"] == str(person.id)]
    assert (theirs["state"], theirs["suspended_until"]) == ("suspended", seen["suspended_until"])
    assert (await resume(world, chair, panel, person)).json()["state"] == "active"
    (seen,) = await mine(world, person)
    assert (seen["my_state"], seen["suspended_because"], seen["suspended_until"]) == ("active", None, None)


async def test_a_suspension_ends_by_itself_and_is_told_once(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    until = now() + DAY
    await suspend(world, chair, panel, person, until)
    await settle_due(resources.unit_of_work, until - timedelta(seconds=1))
    assert (await world.passed(person, panel)).status_code == 404
    await asyncio.gather(*(settle_due(resources.unit_of_work, until) for _ in range(20)))
    assert (await world.passed(person, panel)).status_code == 200
    assert (await told_of(resources, person))[-2:] == [("suspended", 3), ("active", 4)]


async def test_a_group_whose_last_members_are_suspended_goes_on_without_a_leader(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    answer = await suspend(world, chair, panel, member)
    assert answer.status_code == 200
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200
    await settle_due(resources.unit_of_work, now() + timedelta(days=400))
    seen = (await world.ask("GET", f"/groups/{panel}", member)).json()
    assert (seen["my_state"], seen["is_vacant"]) == ("active", True)


async def test_who_is_suspended_by_many_at_once_is_suspended_once(world: World, chair: Principal, panel: UUID) -> None:
    person = await world.member(chair, panel)
    answers = await asyncio.gather(*(suspend(world, chair, panel, person) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    answers = await asyncio.gather(*(resume(world, chair, panel, person) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19


async def test_what_a_suspended_officer_holds_gives_nothing_and_is_theirs_again_after(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    secretary = await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", secretary)
    await suspend(world, chair, panel, secretary)
    assert (await world.admit(secretary, panel, await world.asker(chair, panel))).status_code == 404
    told = (await told_of_term(resources, panel, "secretary"))[-1]
    assert (told["until"], told["rights"], told["version"]) == (None, [], 2)
    await republish(resources.unit_of_work())
    assert (await told_of_term(resources, panel, "secretary"))[-1] == told
    await resume(world, chair, panel, secretary)
    told = (await told_of_term(resources, panel, "secretary"))[-1]
    assert (told["until"], told["rights"], told["version"]) == (None, ["forward", "officer"], 3)
    assert (await world.admit(secretary, panel, await world.asker(chair, panel))).status_code == 200


async def test_a_suspended_deputy_stands_in_for_nobody(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    deputy = await world.member(chair, panel)
    await appoint(world, chair, panel, "vice_chair", deputy)
    await suspend(world, chair, panel, deputy)
    await away(resources, panel, days=30)
    assert (await offices_seen_by(world, chair, panel))["offices"][0]["stood_in_by"] is None
    assert (await world.passed(deputy, panel)).status_code == 404


async def test_only_the_leader_suspends_an_officer_and_nobody_the_leader(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    secret = await world.link(chair, panel)
    secretary, deputy, member = [await world.member(chair, panel, secret) for _ in range(3)]
    await appoint(world, chair, panel, "secretary", secretary)
    await appoint(world, chair, panel, "vice_chair", deputy)
    codes = [
        (await suspend(world, actor, panel, subject)).json().get("code")
        for actor, subject in ((member, secretary), (secretary, deputy), (secretary, chair), (secretary, secretary))
    ]
    refused = [
        "groups.not_an_officer",
        "groups.not_the_leader",
        "groups.leader_stays",
        "groups.cannot_suspend_yourself",
    ]
    assert codes == refused
    await away(resources, panel, days=30)  # the deputy stands in, and answers to the leader all the same
    assert (await suspend(world, secretary, panel, deputy)).json()["code"] == "groups.not_the_leader"
    assert (await suspend(world, deputy, panel, chair)).json()["code"] == "groups.leader_stays"
    assert (await suspend(world, chair, panel, secretary)).status_code == 200
    await appoint(world, chair, panel, "vice_chair", member)
    await world.ask("DELETE", f"/groups/{panel}/absence", chair)
    assert (await resume(world, member, panel, secretary)).json()["code"] == "groups.not_the_leader"


async def test_a_suspended_place_is_not_given_to_another(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    people = [await world.member(chair, panel, secret) for _ in range(19)]
    await suspend(world, chair, panel, people[0])
    assert (await world.admit(chair, panel, await world.asker(chair, panel, secret))).status_code == 409


async def test_who_is_suspended_is_not_voted_for_and_does_not_vote(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    secret = await world.link(chair, panel)
    secretary, person, other = [await world.member(chair, panel, secret) for _ in range(3)]
    await appoint(world, chair, panel, "secretary", secretary)
    await vacate(world, chair, panel)
    ballot = await opened(world, other, panel)
    theirs = await stands_in_ballot(world, person, panel, ballot)
    await stands_in_ballot(world, other, panel, ballot)
    await voting_opens(resources, ballot)
    await settle_due(resources.unit_of_work, now())
    await suspend(world, secretary, panel, person)
    assert (await votes(world, person, panel, ballot, theirs)).status_code == 404
    assert (await votes(world, other, panel, ballot, theirs)).status_code == 409


@pytest.mark.parametrize("days", [-1, 0, 367])
async def test_a_suspension_ends_within_a_year(world: World, chair: Principal, panel: UUID, days: int) -> None:
    person = await world.member(chair, panel)
    refused = await suspend(world, chair, panel, person, now() + days * DAY)
    assert (refused.status_code, refused.json()["code"]) == (422, "groups.no_such_suspension")


async def test_only_a_member_is_suspended_and_resumed(world: World, chair: Principal, panel: UUID) -> None:
    stranger = await world.resident()
    assert (await suspend(world, chair, panel, stranger)).json()["code"] == "groups.not_active"
    assert (await resume(world, chair, panel, stranger)).json()["code"] == "groups.not_suspended"
