"""Links, requests and invitations."""

from datetime import timedelta
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.storage.tables import join_links
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.identity import InviteeKnown
from shared.ids import new_id
from sqlalchemy import update

from services.groups.tests.conftest import World


async def test_a_link_lets_somebody_ask_and_no_more(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    person = await world.resident()
    asked = (await world.ask("POST", "/membership-requests", person, {"secret": secret})).json()
    assert (asked["state"], asked["name"]) == ("pending", "Whitechapel Panel")
    assert asked["who_sees_you"].startswith("All active members see your name")
    assert (await world.ask("GET", f"/groups/{panel}/memberships", person)).status_code == 404
    assert (await world.passed(person, panel)).status_code == 404


async def test_the_join_page_says_who_will_see_the_name(world: World, chair: Principal, panel: UUID) -> None:
    page = await world.ask("GET", f"/join?secret={await world.link(chair, panel)}")
    assert page.status_code == 200
    assert "Whitechapel Panel" in page.text
    assert "All active members see your name and office" in page.text
    assert page.headers["cache-control"] == "no-store"
    scheme = await world.group(chair, "neighbourhood_watch")
    page = await world.ask("GET", f"/join?secret={await world.link(chair, scheme)}")
    assert "The officers see your name" in page.text


async def test_every_dead_link_gives_the_same_answer(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    used, revoked, expired = [await world.link(chair, panel, most_uses=1) for _ in range(3)]
    await world.asker(chair, panel, used)
    made = await world.ask("POST", f"/groups/{panel}/join-links", chair, {"expires_in_days": 1, "most_uses": 1})
    revoked = made.json()["secret"]
    gone = await world.ask("DELETE", f"/groups/{panel}/join-links/{made.json()['link_id']}", chair)
    assert gone.status_code == 204
    made = await world.ask("POST", f"/groups/{panel}/join-links", chair, {"expires_in_days": 1, "most_uses": 1})
    expired = made.json()["secret"]
    async with resources.engine.begin() as connection:
        past = update(join_links).where(join_links.c.id == UUID(made.json()["link_id"]))
        await connection.execute(past.values(expires_at=now() - timedelta(seconds=1)))
    person = await world.resident()
    headers = {"ow-correlation": str(new_id())}
    answers = set()
    for secret in (used, revoked, expired, "unknown", "../../etc"):
        asked = await world.ask("POST", "/membership-requests", person, {"secret": secret}, **headers)
        page = await world.ask("GET", f"/join?secret={secret}", None, None, **headers)
        answers.add((asked.status_code, asked.content, page.status_code, page.content))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


async def test_asking_twice_uses_one_place_and_changes_nothing(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel, most_uses=2)
    person = await world.asker(chair, panel, secret)
    again = await world.ask("POST", "/membership-requests", person, {"secret": secret})
    assert again.json()["state"] == "pending"
    await world.asker(chair, panel, secret)


async def test_another_groups_officer_cannot_revoke_a_link(world: World, chair: Principal, panel: UUID) -> None:
    made = (
        await world.ask("POST", f"/groups/{panel}/join-links", chair, {"expires_in_days": 1, "most_uses": 5})
    ).json()
    other = await world.resident()
    own = await world.group(other)
    refused = await world.ask("DELETE", f"/groups/{own}/join-links/{made['link_id']}", other)
    assert refused.status_code == 404
    await world.asker(chair, panel, made["secret"])


@pytest.mark.parametrize(
    "body", [{}, {"expires_in_days": 0, "most_uses": 1}, {"expires_in_days": 91, "most_uses": 1}, {"most_uses": 1}]
)
async def test_a_link_has_an_end(world: World, chair: Principal, panel: UUID, body: dict[str, int]) -> None:
    assert (await world.ask("POST", f"/groups/{panel}/join-links", chair, body)).status_code == 422


async def test_an_invitation_answers_alike_and_shows_the_inviter_nobody(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    address = f"known-{new_id()}@example.org"
    invited = await world.resident("Ivy Invited", tag_of(address, resources.email_tag_key))
    member_address = f"member-{new_id()}@example.org"
    member = await world.resident("Mo", tag_of(member_address, resources.email_tag_key))
    await world.ask("POST", "/membership-requests", member, {"secret": await world.link(chair, panel)})
    await world.admit(chair, panel, member)
    answers = set()
    for email in (f" {address.upper()} ", member_address, "nobody@example.org"):
        answer = await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": email})
        answers.add((answer.status_code, answer.content))
    assert answers == {(202, b'{"invited":true}')}
    listed = (await world.ask("GET", f"/groups/{panel}/memberships", chair)).text
    assert "Ivy" not in listed
    assert str(invited.id) not in listed
    mine = (await world.ask("GET", "/groups/mine", invited)).json()["groups"]
    assert [(g["id"], g["my_state"]) for g in mine] == [(str(panel), "invited")]
    accepted = await world.ask("POST", f"/groups/{panel}/membership/accept", invited)
    assert accepted.json()["state"] == "active"
    assert "Ivy" in (await world.ask("GET", f"/groups/{panel}/memberships", chair)).text


async def test_an_invitation_waits_for_its_person(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    address = f"later-{new_id()}@example.org"
    await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address})
    person = await world.resident()
    assert (await world.ask("POST", f"/groups/{panel}/membership/accept", person)).status_code == 404
    tag = tag_of(address, resources.email_tag_key)
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag, version=2))
    assert (await world.ask("POST", f"/groups/{panel}/membership/accept", person)).status_code == 200


async def test_an_old_invitation_does_not_bring_back_who_was_removed(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    address = f"removed-{new_id()}@example.org"
    await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address})
    person, tag = await world.resident(), tag_of(address, resources.email_tag_key)
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag, version=2))
    await world.ask("POST", f"/groups/{panel}/membership/accept", person)
    path = f"/groups/{panel}/memberships/{person.id}/remove"
    assert (await world.ask("POST", path, chair, {"reason": "Moved"})).status_code == 200
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag, version=3))
    assert (await world.ask("POST", f"/groups/{panel}/membership/accept", person)).status_code == 404


async def test_inviting_police_invites_nobody(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    address = f"police-{new_id()}@example.org"
    person = await world.resident("Off Duty", tag_of(address, resources.email_tag_key))
    await world.police(person_id=person.id)
    answer = await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address})
    assert answer.status_code == 202
    assert (await world.ask("GET", "/groups/mine", person)).json() == {"groups": []}


@pytest.mark.parametrize("email", ["", "no address", "a@b", "a@b@c.org", "x" * 250 + "@example.org"])
async def test_an_invitation_needs_an_address(world: World, chair: Principal, panel: UUID, email: str) -> None:
    answer = await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": email})
    assert answer.status_code == 422
