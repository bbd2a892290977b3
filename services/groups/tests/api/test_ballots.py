"""The active members fill the leading office by ballot (P12)."""

import asyncio
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.api.test_offices import told_of_term
from services.groups.tests.balloting import (
    leader_of,
    move,
    opened,
    seen,
    stands,
    vacate,
    votes,
    voting_ends,
    voting_opens,
)
from services.groups.tests.conftest import World


@pytest.fixture
async def members(world: World, chair: Principal, panel: UUID) -> list[Principal]:
    """Three members besides the chair."""
    secret = await world.link(chair, panel)
    return [await world.member(chair, panel, secret) for _ in range(3)]


async def test_the_members_elect_a_chair_where_there_is_none(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    heir, rival, voter = members
    await vacate(world, chair, panel)
    ballot = await opened(world, voter, panel)
    nominations = [await stands(world, person, panel, ballot) for person in (heir, rival)]
    await voting_opens(resources, ballot)
    receipts = []
    for person, choice in ((heir, 0), (rival, 1), (voter, 0)):
        answer = await votes(world, person, panel, ballot, nominations[choice])
        assert answer.status_code == 201, answer.text
        receipts.append((answer.json()["receipt"], str(nominations[choice])))
    (during,) = await seen(world, voter, panel)
    assert (during["phase"], during["votes"], during["electorate"]) == ("voting", [], 4)
    await voting_ends(resources, ballot)
    (over,) = await seen(world, chair, panel)
    assert (over["outcome"], over["elected"], over["is_by_lot"]) == ("elected", str(nominations[0]), False)
    assert {(vote["receipt"], vote["nomination_id"]) for vote in over["votes"]} == set(receipts)
    assert await leader_of(world, voter, panel) == str(heir.id)
    assert (await world.ask("GET", f"/groups/{panel}", heir)).json()["my_office"] == "chair"


async def test_a_held_office_is_balloted_when_enough_ask_and_the_former_holder_goes(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    path = f"/groups/{panel}/ballots"
    assert (await world.ask("POST", path, members[0])).json()["code"] == "groups.office_is_held"
    for person, asked in ((members[0], 1), (members[0], 1), (members[1], 2)):
        answer = (await world.ask("POST", f"{path}/requests", person)).json()
        assert (answer["asked"], answer["needed"], answer["ballot"]) == (asked, 3, None)
    third = (await world.ask("POST", f"{path}/requests", members[2])).json()
    ballot = UUID(third["ballot"]["id"])
    assert (await world.ask("POST", f"{path}/requests", members[2])).json()["code"] == "groups.ballot_is_open"
    nomination = await stands(world, members[2], panel, ballot)
    await voting_opens(resources, ballot)
    assert (await votes(world, members[1], panel, ballot, nomination)).status_code == 201
    await voting_ends(resources, ballot)
    assert await leader_of(world, chair, panel) == str(members[2].id)
    told = await told_of_term(resources, panel, "chair")
    assert [(each["person_id"], each["until"] is None) for each in told] == [
        (str(chair.id), True),
        (str(chair.id), False),
        (str(members[2].id), True),
    ]


async def test_who_asked_and_left_does_not_count(
    world: World, chair: Principal, panel: UUID, members: list[Principal]
) -> None:
    path = f"/groups/{panel}/ballots/requests"
    for person in members[:2]:
        await world.ask("POST", path, person)
    await world.ask("DELETE", f"/groups/{panel}/membership", members[0])
    assert (await world.ask("POST", path, members[2])).json()["asked"] == 2


async def test_an_office_has_one_open_ballot_however_many_open_it(
    world: World, chair: Principal, panel: UUID, members: list[Principal]
) -> None:
    await vacate(world, chair, panel)
    before = (await world.ask("GET", f"/groups/{panel}", members[0])).json()
    assert (before["is_vacant"], before["may_open_ballot"]) == (True, True)
    people = [*members, chair] * 5
    answers = await asyncio.gather(*(world.ask("POST", f"/groups/{panel}/ballots", who) for who in people))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    after = (await world.ask("GET", f"/groups/{panel}", members[0])).json()
    assert (after["is_vacant"], after["may_open_ballot"]) == (True, False)


async def test_a_member_votes_once_however_often_they_try(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, members[0], panel, ballot)
    await voting_opens(resources, ballot)
    answers = await asyncio.gather(*(votes(world, members[1], panel, ballot, nomination) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {a.json()["code"] for a in answers if a.is_error} == {"groups.voted_already"}
    await voting_ends(resources, ballot)
    assert len((await seen(world, chair, panel))[0]["votes"]) == 1


async def test_those_vote_who_belonged_when_voting_opened_and_belong_now(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    voted, removed, heir = members
    secret = await world.link(chair, panel)
    late = await world.asker(chair, panel, secret)
    secretary = {"person_id": str(heir.id)}
    assert (await world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, secretary)).is_success
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, heir, panel, ballot)
    await voting_opens(resources, ballot)
    assert (await world.admit(heir, panel, late)).is_success
    assert (await votes(world, late, panel, ballot, nomination)).json()["code"] == "groups.not_in_the_electorate"
    reason = {"reason": "Moved away"}
    assert (await world.ask("POST", f"/groups/{panel}/memberships/{removed.id}/remove", heir, reason)).is_success
    assert (await votes(world, removed, panel, ballot, nomination)).status_code == 404
    assert (await votes(world, voted, panel, ballot, nomination)).status_code == 201
    assert (await world.ask("POST", f"/groups/{panel}/memberships/{voted.id}/remove", heir, reason)).is_success
    await voting_ends(resources, ballot)
    assert len((await seen(world, heir, panel))[0]["votes"]) == 1
    assert await leader_of(world, heir, panel) == str(heir.id)


async def test_who_is_nominated_stands_once_they_accept(
    world: World, chair: Principal, panel: UUID, members: list[Principal]
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    path = f"/groups/{panel}/ballots/{ballot}"
    for person in (members[0], members[1]):
        nominated = await world.ask("POST", f"{path}/nominations", chair, {"person_id": str(person.id)})
        assert nominated.json()["accepted_at"] is None
    assert (await seen(world, chair, panel))[0]["nominations"] == []
    assert [n["is_accepted"] for n in (await seen(world, members[0], panel))[0]["nominations"]] == [False]
    assert (await world.ask("POST", f"{path}/nomination/accept", members[0])).status_code == 200
    assert (await world.ask("DELETE", f"{path}/nomination", members[1])).status_code == 204
    for act in ("POST", "DELETE"):
        route = f"{path}/nomination" + ("/accept" if act == "POST" else "")
        assert (await world.ask(act, route, members[1])).json()["code"] == "groups.not_nominated"
    stands_now = (await seen(world, members[2], panel))[0]["nominations"]
    assert [each["person_id"] for each in stands_now] == [str(members[0].id)]


async def test_nominating_finds_nobody_whom_one_does_not_see(world: World, chair: Principal) -> None:
    """P10, P15: in a scheme members see the officers and no other."""
    scheme = await world.group(chair, "neighbourhood_watch")
    member, other = await world.member(chair, scheme), await world.member(chair, scheme)
    await vacate(world, chair, scheme, "coordinator")
    path = f"/groups/{scheme}/ballots/{await opened(world, member, scheme)}/nominations"
    fixed = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
    answers = [
        await world.ask("POST", path, member, {"person_id": str(person)}, **fixed) for person in (other.id, new_id())
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].content == answers[1].content


async def test_each_act_has_its_time(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, members[0], panel, ballot)
    assert (await votes(world, chair, panel, ballot, nomination)).json()["code"] == "groups.not_open_for_votes"
    await voting_opens(resources, ballot)
    late = await world.ask("POST", f"/groups/{panel}/ballots/{ballot}/nominations", chair, {"person_id": str(chair.id)})
    assert late.json()["code"] == "groups.not_open_for_nominations"
    assert (await votes(world, chair, panel, ballot, new_id())).json()["code"] == "groups.not_nominated"
    await voting_ends(resources, ballot)
    assert (await votes(world, chair, panel, ballot, nomination)).json()["code"] == "groups.not_open_for_votes"
    assert (await seen(world, chair, panel))[0]["outcome"] == "nobody_voted"
    assert await leader_of(world, chair, panel) is None


async def test_a_ballot_in_which_nobody_stands_is_over_when_voting_would_open(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    await voting_opens(resources, ballot)
    await settle_due(resources.unit_of_work, now())
    assert (await seen(world, chair, panel))[0]["outcome"] == "nobody_stood"
    await opened(world, chair, panel)


async def test_a_ballot_is_counted_once_however_many_workers_count(
    world: World, chair: Principal, panel: UUID, members: list[Principal], resources: Resources
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, members[0], panel, ballot)
    await voting_opens(resources, ballot)
    await votes(world, chair, panel, ballot, nomination)
    await move(resources, ballot, "voting_until")
    await asyncio.gather(*(settle_due(resources.unit_of_work, now()) for _ in range(20)))
    told = await told_of_term(resources, panel, "chair")
    assert [each["person_id"] for each in told if each["until"] is None] == [str(chair.id), str(members[0].id)]
    async with resources.engine.connect() as connection:
        held = select(tables.ballot_choices.c.id).where(tables.ballot_choices.c.ballot_id == ballot)
        assert len((await connection.execute(held)).all()) == 1
