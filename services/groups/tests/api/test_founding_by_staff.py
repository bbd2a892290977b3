"""Police or a coordinator found a ward panel, and it is its members' from the first of them on (P4, P13)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.domain.groups import GroupState
from groups.domain.memberships import INVITED_FOR, MembershipState
from groups.storage.erasures import hold_group
from groups.storage.tables import ballots, groups, invitations, memberships
from groups.use_cases.settle_due import settle, settle_due
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.contracts.identity import InviteeKnown
from shared.ids import new_id
from shared.testing.issuer import a_police_system, a_staff_member
from sqlalchemy import delete, func, select, update

from services.groups.tests.api.test_archiving import told
from services.groups.tests.balloting import leader_of, seen, stands, votes, voting_ends, voting_opens
from services.groups.tests.conftest import FORCE, WARD, World


async def found(world: World, staff: Principal, emails: list[str], /, **change: Any) -> httpx.Response:  # Any: JSON
    if 0 < len(emails) < 3:  # the fewest that are named are three
        emails = [*emails, *(f"nobody-{new_id()}@example.org" for _ in range(3 - len(emails)))]
    body = {"name": "Ward Panel", "purpose": "Safer streets", "visibility": "hidden", "area": WARD, "emails": emails}
    return await world.ask("POST", "/staff/groups", staff, body | change)


async def named(world: World, resources: Resources, number: int) -> tuple[list[Principal], list[str]]:
    """People whose addresses are known, and the addresses."""
    emails = [f"named-{new_id()}@example.org" for _ in range(number)]
    people = [await world.resident(tag=tag_of(email, resources.email_tag_key)) for email in emails]
    return people, emails


async def accept(world: World, person: Principal, panel: UUID) -> None:
    answer = await world.ask("POST", f"/groups/{panel}/membership/accept", person)
    assert (answer.status_code, answer.json()["state"]) == (200, "active"), answer.text


async def test_three_who_accept_open_the_first_ballot_and_the_others_follow(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 4)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    for person in people[:2]:
        await accept(world, person, panel)
    assert await seen(world, people[0], panel) == []
    assert (await world.ask("GET", f"/groups/{panel}", people[0])).json()["is_vacant"]
    for person in people[2:]:
        await accept(world, person, panel)
    (first,) = await seen(world, people[0], panel)
    assert first["office"] == "chair"
    ballot = UUID(first["id"])
    nomination = await stands(world, people[1], panel, ballot)
    await voting_opens(resources, ballot)
    assert (await votes(world, people[0], panel, ballot, nomination)).status_code == 201
    await voting_ends(resources, ballot)
    assert await leader_of(world, people[0], panel) == str(people[1].id)
    later = await seen(world, people[0], panel)
    assert {each["office"] for each in later if each["closed_at"] is None} == {"vice_chair", "secretary"}
    for each in later:
        if each["closed_at"] is None:
            await voting_opens(resources, UUID(each["id"]))
            await voting_ends(resources, UUID(each["id"]))
    assert len(await seen(world, people[0], panel)) == 3  # nobody stood, and no ballot opens by itself again


async def test_somebody_named_who_is_not_known_yet_is_invited_when_they_are(world: World, resources: Resources) -> None:
    email = f"later-{new_id()}@example.org"
    panel = UUID((await found(world, await world.coordinator(), [email])).json()["id"])
    async with resources.engine.connect() as connection:
        kept = (await connection.execute(select(invitations).where(invitations.c.group_id == panel))).all()
    assert len(kept) == 3
    assert email not in str(kept)
    person = await world.resident()
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag_of(email, resources.email_tag_key), version=2))
    await accept(world, person, panel)


async def test_who_founded_a_panel_has_no_say_in_it(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 1)
    police = await world.police()
    panel = UUID((await found(world, police, emails)).json()["id"])
    await accept(world, people[0], panel)
    for method, path, body in (
        ("GET", "/memberships", None),
        ("GET", "/offices", None),
        ("GET", "/ballots", None),
        ("PATCH", "", {"name": "Ours"}),
        ("POST", "/invitations", {"email": "more@example.org"}),
        ("POST", "/ballots", None),
        ("PUT", "/offices/chair", {"person_id": str(people[0].id)}),
        ("POST", f"/memberships/{people[0].id}/remove", {"reason": "No"}),
    ):
        assert (await world.ask(method, f"/groups/{panel}{path}", police, body)).status_code in {403, 404}, path


async def test_the_answer_and_what_staff_see_tell_nobody_who_was_named(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 1)
    stranger = f"police-{new_id()}@example.org"
    off_duty = await world.resident("Off Duty", tag_of(stranger, resources.email_tag_key))
    police = await world.police(person_id=off_duty.id)
    answers = [await found(world, police, [email]) for email in (emails[0], f"nobody-{new_id()}@example.org", stranger)]
    assert len({str(answer.json() | {"id": ""}) for answer in answers}) == 1
    assert (await world.ask("GET", "/groups/mine", off_duty)).json() == {"groups": []}
    panel = answers[0].json()["id"]
    members = await world.ask("GET", f"/staff/groups/{panel}/memberships?purpose=Just+founded", police)
    assert members.json() == {"members": []}
    assert str(people[0].id) not in members.text


@pytest.mark.parametrize(
    "change",
    [{"emails": []}, {"emails": ["a@example.org"] * 21}, {"emails": ["nobody"]}, {"kind": "community_group"},
     {"area": FORCE}, {"area": "E05009317"}, {"chair": "00000000-0000-7000-8000-000000000001"}],
)  # fmt: skip
async def test_what_is_no_founding_act_founds_nothing(world: World, change: dict[str, object]) -> None:
    police = await world.police(WARD)
    name = f"Panel {new_id()}"
    refused = await found(world, police, ["a@example.org"], **({"name": name} | change))
    assert refused.status_code == 422
    assert name not in (await world.ask("GET", "/staff/groups?limit=100", await world.police(FORCE))).text


async def test_nobody_else_founds_a_panel_for_others(world: World, chair: Principal) -> None:
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset({FORCE}))
    for who in (chair, administrator, a_police_system()):
        assert (await found(world, who, ["a@example.org"])).status_code == 403


async def test_a_panel_that_was_closed_opens_no_first_ballot(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 3)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    for person in people[:2]:
        await accept(world, person, panel)
    third = update(memberships).where(memberships.c.group_id == panel, memberships.c.person_id == people[2].id)
    closed = update(groups).where(groups.c.id == panel)
    async with resources.unit_of_work() as uow:
        await uow.session.execute(third.values(state=MembershipState.ACTIVE))
        await uow.session.execute(closed.values(state=GroupState.ARCHIVED))
        group = await hold_group(uow.session, panel)
        await settle(uow, group, now())
        opened = select(func.count()).select_from(ballots).where(ballots.c.group_id == panel)
        assert await uow.session.scalar(opened) == 0
        group.state = GroupState.ACTIVE
        await settle(uow, group, now())
        assert await uow.session.scalar(opened) == 1


async def test_a_panel_to_which_nobody_came_ends_when_nobody_can_come_any_more(
    world: World, resources: Resources
) -> None:
    people, emails = await named(world, resources, 2)
    police = await world.police()
    in_vain, begun = [UUID((await found(world, police, emails)).json()["id"]) for _ in range(2)]
    unknown = UUID((await found(world, police, [f"nobody-{new_id()}@example.org"])).json()["id"])
    await accept(world, people[0], begun)
    await settle_due(resources.unit_of_work, now() + INVITED_FOR - timedelta(hours=1))
    assert await states(resources, in_vain, unknown, begun) == [GroupState.ACTIVE] * 3
    await settle_due(resources.unit_of_work, now() + INVITED_FOR + timedelta(hours=1))
    ended = [GroupState.ARCHIVED, GroupState.ARCHIVED, GroupState.ACTIVE]
    assert await states(resources, in_vain, unknown, begun) == ended
    assert await told(resources, in_vain) == ["active", "archived"]


async def test_who_left_a_begun_panel_may_come_back_for_seven_days(world: World, resources: Resources) -> None:
    people, emails = await named(world, resources, 1)
    panel = UUID((await found(world, await world.police(), emails)).json()["id"])
    await accept(world, people[0], panel)
    async with (uow := resources.unit_of_work()):
        await uow.session.execute(delete(invitations).where(invitations.c.group_id == panel))
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", people[0])).json()["undo_until"]
    await settle_due(resources.unit_of_work, now() + timedelta(days=6))
    assert (await world.ask("POST", f"/groups/{panel}/membership/return", people[0])).status_code == 200
    await world.ask("DELETE", f"/groups/{panel}/membership", people[0])
    await settle_due(resources.unit_of_work, now() + timedelta(days=8))
    assert await states(resources, panel) == [GroupState.ARCHIVED]


async def states(resources: Resources, *group_ids: UUID) -> list[GroupState]:
    async with resources.engine.connect() as connection:
        rows = (await connection.execute(select(groups.c.id, groups.c.state))).all()
    kept = {row.id: row.state for row in rows}
    return [kept[group_id] for group_id in group_ids]
