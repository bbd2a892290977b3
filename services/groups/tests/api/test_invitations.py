"""How many people a group invites, and how it takes an invitation back: alike for known and unknown (P10)."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.domain.errors import NoSuchGroup
from groups.domain.memberships import INVITED_FOR
from groups.storage import tables
from groups.use_cases.accept_invitation import accept_invitation
from groups.use_cases.ask_to_join import ask_to_join
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.leave import leave
from groups.use_cases.list_groups import list_my_groups, view_group
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.auth.sealing import Opener
from shared.clock import now
from shared.contracts.groups import INVITATION_PURPOSE, MembershipChanged
from shared.contracts.identity import InviteeKnown
from shared.ids import new_id
from sqlalchemy import insert, select, text, update

from services.groups.tests.api.test_suspending import mine
from services.groups.tests.conftest import WARD, World


def address() -> str:
    return f"somebody-{new_id()}@example.org"


async def invite(world: World, officer: Principal, group: UUID, email: str) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/invitations", officer, {"email": email})


async def withdraw(world: World, officer: Principal, group: UUID, email: str) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/invitations/withdraw", officer, {"email": email})


async def an_invited(world: World, resources: Resources, officer: Principal, group: UUID) -> tuple[str, Principal]:
    """Somebody who is invited, with their address."""
    email = address()
    person = await known_as(world, resources, email)
    await invite(world, officer, group, email)
    return email, person


async def invited_at(resources: Resources, group: UUID, person: Principal) -> datetime:
    query = select(tables.memberships.c.since).where(
        tables.memberships.c.group_id == group, tables.memberships.c.person_id == person.id
    )
    async with resources.engine.connect() as connection:
        at: datetime = (await connection.execute(query)).scalar_one()
        return at


async def known_as(world: World, resources: Resources, email: str) -> Principal:
    return await world.resident(tag=tag_of(email, resources.email_tag_key))


async def test_a_withdrawn_invitation_is_not_accepted_by_whom_it_found(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email = address()
    person = await known_as(world, resources, email)
    await invite(world, chair, panel, email)
    assert [each["my_state"] for each in await mine(world, person)] == ["invited"]
    await withdraw(world, chair, panel, email)
    assert await mine(world, person) == []
    assert (await world.ask("POST", f"/groups/{panel}/membership/accept", person)).status_code == 404


async def test_a_withdrawn_invitation_waits_for_nobody(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email = address()
    await invite(world, chair, panel, email)
    await withdraw(world, chair, panel, email)
    person = await world.resident()
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag_of(email, resources.email_tag_key), version=2))
    assert await mine(world, person) == []


async def test_withdrawing_answers_alike_and_touches_no_member(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    invited, member, unknown = address(), address(), address()
    await known_as(world, resources, invited)
    belongs = await known_as(world, resources, member)
    for email in (invited, member):
        await invite(world, chair, panel, email)
    await world.ask("POST", f"/groups/{panel}/membership/accept", belongs)
    answers = [await withdraw(world, chair, panel, email) for email in (invited, member, unknown, invited)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b'{"withdrawn":true}')}
    assert (await world.passed(belongs, panel)).status_code == 200


async def test_members_neither_invite_nor_withdraw(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    for act in (invite, withdraw):
        assert (await act(world, member, panel, address())).json()["code"] == "groups.not_an_officer"


@pytest.mark.parametrize("who", ["unknown", "known", "member", "police", "declined"])
async def test_twenty_are_invited_before_the_first_marking_whoever_they_are(
    world: World, chair: Principal, panel: UUID, resources: Resources, who: str
) -> None:
    first = address()
    person = await world.resident()
    if who != "unknown":
        person = await known_as(world, resources, first)
        if who == "police":
            await world.police(person_id=person.id)
        if who == "member":
            await world.ask("POST", "/membership-requests", person, {"secret": await world.link(chair, panel)})
            await world.admit(chair, panel, person)
    await invite(world, chair, panel, first)
    if who == "declined":
        await world.ask("DELETE", f"/groups/{panel}/membership", person)
    for _ in range(19):
        assert (await invite(world, chair, panel, address())).status_code == 202
    assert (await invite(world, chair, panel, first)).status_code == 202  # open already, and one
    one_more = address()
    assert (await invite(world, chair, panel, one_more)).json()["code"] == "groups.too_many_invitations"
    await withdraw(world, chair, panel, first)
    assert (await invite(world, chair, panel, one_more)).status_code == 202


async def test_who_accepts_makes_room_for_another_invitation(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    emails = [address() for _ in range(20)]
    person = await known_as(world, resources, emails[0])
    for email in emails:
        await invite(world, chair, panel, email)
    assert (await invite(world, chair, panel, address())).status_code == 409
    await world.ask("POST", f"/groups/{panel}/membership/accept", person)
    assert (await invite(world, chair, panel, address())).status_code == 202


async def test_many_invitations_at_once_are_twenty(world: World, chair: Principal, panel: UUID) -> None:
    answers = await asyncio.gather(*(invite(world, chair, panel, address()) for _ in range(30)))
    assert sorted(answer.status_code for answer in answers) == [202] * 20 + [409] * 10


async def test_a_marked_group_invites_two_hundred_a_day(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await world.mark(await world.police(), panel)
    today = insert(tables.invitation_days).values(group_id=panel, day=now().date(), made=199)
    async with resources.engine.begin() as connection:
        await connection.execute(today)
    email = address()
    assert (await invite(world, chair, panel, email)).status_code == 202
    refused = await invite(world, chair, panel, address())
    assert (refused.status_code, refused.json()["code"]) == (409, "groups.too_many_invitations")
    await withdraw(world, chair, panel, email)  # what was withdrawn was invited all the same
    assert (await invite(world, chair, panel, address())).status_code == 409


async def test_an_expired_invitation_is_not_kept(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await invite(world, chair, panel, address())
    query = select(tables.invitations.c.id).where(tables.invitations.c.group_id == panel)
    for days, left in ((29, 1), (31, 0)):
        await forget_what_is_over(resources.unit_of_work(), now() + timedelta(days=days))
        async with resources.engine.connect() as connection:
            assert len((await connection.execute(query)).all()) == left


async def told(resources: Resources, group: UUID) -> list[dict[str, str]]:
    """The invitations of a group as they were told to messaging."""
    outbox = tables.metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == "groups.invitation_made.v1").order_by(outbox.c.id)
    async with resources.engine.connect() as connection:
        payloads = [each["payload"] for each in await connection.scalars(query)]
    return [each for each in payloads if each["group_id"] == str(group)]


async def test_an_invitation_that_has_lapsed_shows_nothing_of_a_hidden_group(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    """P14, whether the worker has ended it or not."""
    _, invited = await an_invited(world, resources, chair, panel)
    lapsed = await invited_at(resources, panel, invited) + INVITED_FOR
    almost = lapsed - timedelta(seconds=1)
    assert [each.group.id for each in await list_my_groups(resources.unit_of_work(), invited, almost)] == [panel]
    assert await list_my_groups(resources.unit_of_work(), invited, lapsed) == []
    for act in (view_group, accept_invitation, leave):
        with pytest.raises(NoSuchGroup):
            await act(resources.unit_of_work(), invited, panel, lapsed)


async def test_the_worker_ends_an_invitation_that_has_lapsed_and_it_may_be_given_again(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email, invited = await an_invited(world, resources, chair, panel)
    lapsed = await invited_at(resources, panel, invited) + INVITED_FOR
    await settle_due(resources.unit_of_work, lapsed - timedelta(seconds=1))
    assert await mine(world, invited) != []
    await asyncio.gather(*(settle_due(resources.unit_of_work, lapsed) for _ in range(20)))
    assert await mine(world, invited) == []
    assert (await world.ask("GET", f"/groups/{panel}", invited)).status_code == 404
    async with resources.engine.connect() as connection:
        told = text(
            "SELECT envelope->'payload'->>'state' FROM outbox WHERE routing_key = :kind AND envelope->'payload'->>"
            "'person_id' = :person ORDER BY id"
        )
        kind = {"kind": MembershipChanged.type, "person": str(invited.id)}
        assert list(await connection.scalars(told, kind)) == ["invited", "left"]
    assert (await invite(world, chair, panel, email)).status_code == 202
    assert await mine(world, invited) != []


async def test_a_repeated_invitation_is_open_for_thirty_days_from_then(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email, invited = await an_invited(world, resources, chair, panel)
    a_month_ago = update(tables.memberships).where(tables.memberships.c.person_id == invited.id)
    async with resources.engine.begin() as connection:
        await connection.execute(a_month_ago.values(since=now() - INVITED_FOR + timedelta(hours=1)))
    await invite(world, chair, panel, email)
    await settle_due(resources.unit_of_work, now() + timedelta(days=29))
    assert [each["my_state"] for each in await mine(world, invited)] == ["invited"]


async def test_whose_invitation_has_lapsed_asks_like_anybody(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    _, invited = await an_invited(world, resources, chair, panel)
    lapsed = await invited_at(resources, panel, invited) + INVITED_FOR
    body = {"expires_in_days": 40, "most_uses": 1}
    link = (await world.ask("POST", f"/groups/{panel}/join-links", chair, body)).json()
    _, asked = await ask_to_join(resources.unit_of_work(), invited, link["secret"], None, lapsed)
    assert asked.state == "pending"


async def test_messaging_alone_reads_the_address_and_is_told_once(
    world: World, chair: Principal, panel: UUID, resources: Resources, messaging_keys: Path
) -> None:
    email = address()
    for _ in range(3):
        await invite(world, chair, panel, email)
    (event,) = await told(resources, panel)
    assert (event["group_name"], event["office"]) == ("Whitechapel Panel", "chair")
    assert Opener(messaging_keys, "messaging").open(INVITATION_PURPOSE, event["sealed_address"]) == email
    async with resources.engine.connect() as connection:
        everything = [
            (await connection.execute(select(t))).all() for t in tables.metadata.sorted_tables if not t.schema
        ]
    assert email not in str(everything)


async def test_only_who_could_accept_is_told_by_mail(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member, police, asker, known = [address() for _ in range(4)]
    people = [await known_as(world, resources, email) for email in (member, police, asker, known)]
    secret = await world.link(chair, panel)
    for person in (people[0], people[2]):
        await world.ask("POST", "/membership-requests", person, {"secret": secret})
    await world.admit(chair, panel, people[0])
    await world.police(person_id=people[1].id)
    for email in (member, police, asker):
        await invite(world, chair, panel, email)
    assert await told(resources, panel) == []
    await invite(world, chair, panel, known)
    assert len(await told(resources, panel)) == 1


async def test_who_declined_is_not_invited_again_by_news_of_their_address(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email = address()
    person = await known_as(world, resources, email)
    await invite(world, chair, panel, email)
    await world.ask("DELETE", f"/groups/{panel}/membership", person)
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag_of(email, resources.email_tag_key), version=2))
    assert await mine(world, person) == []


async def test_whom_staff_name_at_the_founding_is_told_by_mail(world: World, resources: Resources) -> None:
    body = {"name": "Founded", "purpose": "Safety", "visibility": "hidden", "area": WARD}
    emails = [address() for _ in range(3)]
    founded = await world.ask("POST", "/staff/groups", await world.police(), body | {"emails": emails})
    assert founded.status_code == 201, founded.text
    events = await told(resources, UUID(founded.json()["id"]))
    assert [event["office"] for event in events] == [None] * 3
