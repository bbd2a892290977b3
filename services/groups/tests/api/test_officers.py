"""What officers decide, and what ends with a membership (P12, P18)."""

from uuid import UUID

import pytest
from shared.auth.passes import read_group_pass
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id

from services.groups.tests.conftest import World

REASON = {"reason": "Moved away"}


async def test_only_officers_decide(world: World, chair: Principal, panel: UUID) -> None:
    member, asker = await world.member(chair, panel), await world.asker(chair, panel)
    for method, path, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/join-links", {"expires_in_days": 1, "most_uses": 1}),
        ("POST", "/invitations", {"email": "a@example.org"}),
        ("POST", "/admissions", {"person_ids": [str(asker.id)]}),
        ("POST", f"/memberships/{asker.id}/refuse", REASON),
        ("POST", f"/memberships/{chair.id}/remove", REASON),
        ("PUT", "/offices/secretary", {"person_id": str(member.id)}),
        ("PUT", f"/forwarders/{member.id}", None),
        ("DELETE", f"/forwarders/{member.id}", None),
    ):
        answer = await world.ask(method, f"/groups/{panel}{path}", member, body)
        assert answer.status_code == 403, path


async def test_one_and_many_are_admitted_all_or_none(world: World, chair: Principal, panel: UUID) -> None:
    askers = [await world.asker(chair, panel) for _ in range(3)]
    stranger = await world.resident()
    assert (await world.admit(chair, panel, *askers, stranger)).json()["code"] == "groups.not_pending"
    assert (await world.passed(askers[0], panel)).status_code == 404
    admitted = (await world.admit(chair, panel, *askers, askers[0])).json()["admitted"]
    assert [each["state"] for each in admitted] == ["active"] * 3
    assert (await world.admit(chair, panel, askers[0])).json()["code"] == "groups.not_pending"


@pytest.mark.parametrize("body", [{}, {"person_ids": []}, {"person_ids": ["x"]}, {"person_ids": [str(new_id())] * 101}])
async def test_an_admission_names_people(
    world: World, chair: Principal, panel: UUID, body: dict[str, list[str]]
) -> None:
    assert (await world.ask("POST", f"/groups/{panel}/admissions", chair, body)).status_code == 422


async def test_a_refused_person_may_ask_again(world: World, chair: Principal, panel: UUID) -> None:
    asker = await world.asker(chair, panel)
    refused = await world.ask("POST", f"/groups/{panel}/memberships/{asker.id}/refuse", chair, REASON)
    assert refused.json()["state"] == "removed"
    secret = await world.link(chair, panel)
    again = await world.ask("POST", "/membership-requests", asker, {"secret": secret})
    assert again.json()["state"] == "pending"


async def test_removal_takes_office_and_right_and_bites_on_the_next_request(
    world: World, chair: Principal, panel: UUID
) -> None:
    member = await world.member(chair, panel)
    person = {"person_id": str(member.id)}
    assert (await world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, person)).status_code == 200
    assert (await world.ask("PUT", f"/groups/{panel}/forwarders/{member.id}", chair)).status_code == 200
    assert (await world.passed(member, panel)).status_code == 200
    removed = await world.ask("POST", f"/groups/{panel}/memberships/{member.id}/remove", chair, REASON)
    assert removed.json()["state"] == "removed"
    assert (await world.passed(member, panel)).status_code == 404
    await world.ask("POST", "/membership-requests", member, {"secret": await world.link(chair, panel)})
    await world.admit(chair, panel, member)
    token = (await world.passed(member, panel)).json()["pass"]
    proof = read_group_pass(token, world.issuer.trust, audience="messaging", now=now())
    assert (proof.office, proof.rights) == (None, frozenset())


async def test_an_officer_is_removed_by_who_leads_and_by_no_other_officer(
    world: World, chair: Principal, panel: UUID
) -> None:
    officers = [await world.member(chair, panel) for _ in range(2)]
    for office, person in zip(("vice_chair", "secretary"), officers, strict=True):
        body = {"person_id": str(person.id)}
        assert (await world.ask("PUT", f"/groups/{panel}/offices/{office}", chair, body)).status_code == 200
    deputy, secretary = officers
    path = f"/groups/{panel}/memberships/{{}}/remove"
    for by, whom in ((deputy, secretary), (secretary, deputy)):
        refused = await world.ask("POST", path.format(whom.id), by, REASON)
        assert (refused.status_code, refused.json()["code"]) == (403, "groups.not_the_leader")
    assert (await world.ask("POST", path.format(secretary.id), chair, REASON)).json()["state"] == "removed"


async def test_the_holder_of_the_leading_office_is_removed_by_nobody(
    world: World, chair: Principal, panel: UUID
) -> None:
    secretary = await world.member(chair, panel)
    await world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, {"person_id": str(secretary.id)})
    answer = await world.ask("POST", f"/groups/{panel}/memberships/{chair.id}/remove", secretary, REASON)
    assert answer.json()["code"] == "groups.leader_stays"
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).json()["code"] == "groups.leader_stays"


async def test_the_chair_hands_over_and_is_a_member_like_others(world: World, chair: Principal, panel: UUID) -> None:
    heir = await world.member(chair, panel)
    body = {"person_id": str(heir.id)}
    assert (await world.ask("PUT", f"/groups/{panel}/offices/vice_chair", chair, body)).status_code == 200
    assert (await world.ask("PUT", f"/groups/{panel}/offices/chair", chair, body)).status_code == 200
    offices = {
        member["person_id"]: member["office"]
        for member in (await world.ask("GET", f"/groups/{panel}/memberships", heir)).json()["members"]
    }
    assert offices == {str(chair.id): None, str(heir.id): "chair"}
    assert (await world.ask("PUT", f"/groups/{panel}/offices/chair", chair, body)).status_code == 403
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200


async def test_only_an_active_member_gets_an_office_that_exists(world: World, chair: Principal, panel: UUID) -> None:
    asker, member = await world.asker(chair, panel), await world.member(chair, panel)
    for office, person, code in (
        ("secretary", asker, "groups.not_active"),
        ("secretary", await world.resident(), "groups.not_active"),
        ("coordinator", member, "groups.no_such_office"),
        ("forwarder", member, "groups.no_such_office"),
        ("secretary", chair, "groups.leading_office_is_handed_over"),
    ):
        answer = await world.ask("PUT", f"/groups/{panel}/offices/{office}", chair, {"person_id": str(person.id)})
        assert answer.json()["code"] == code


async def test_a_forwarder_may_forward_and_nothing_else_until_it_is_taken_back(
    world: World, chair: Principal, panel: UUID
) -> None:
    member = await world.member(chair, panel)
    for _ in range(2):
        given = await world.ask("PUT", f"/groups/{panel}/forwarders/{member.id}", chair)
        assert given.json()["office"] == "forwarder"
    token = (await world.passed(member, panel)).json()["pass"]
    proof = read_group_pass(token, world.issuer.trust, audience="messaging", now=now())
    assert (proof.office, sorted(proof.rights)) == (None, ["forward"])
    for _ in range(2):
        assert (await world.ask("DELETE", f"/groups/{panel}/forwarders/{member.id}", chair)).status_code == 204
    token = (await world.passed(member, panel)).json()["pass"]
    assert not read_group_pass(token, world.issuer.trust, audience="messaging", now=now()).rights


async def test_the_last_one_out_archives_the_group(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200
    assert (await world.ask("GET", f"/groups/{panel}", chair)).status_code == 404
    asked = await world.ask("POST", "/membership-requests", await world.resident(), {"secret": secret})
    assert asked.json()["code"] == "groups.link_not_valid"


async def test_names_are_open_in_a_panel_and_closed_elsewhere(world: World, chair: Principal, panel: UUID) -> None:
    async def seen_by(viewer: Principal, group: UUID) -> set[str]:
        page = (await world.ask("GET", f"/groups/{group}/memberships", viewer)).json()
        return {member["person_id"] for member in page["members"]}

    member, other = await world.member(chair, panel), await world.member(chair, panel)
    asker = await world.asker(chair, panel)
    everybody = {str(chair.id), str(member.id), str(other.id)}
    assert await seen_by(member, panel) == everybody
    assert await seen_by(chair, panel) == everybody | {str(asker.id)}
    scheme = await world.group(chair, "neighbourhood_watch")
    member, other = await world.member(chair, scheme), await world.member(chair, scheme)
    assert await seen_by(member, scheme) == {str(chair.id), str(member.id)}
    assert await seen_by(chair, scheme) == {str(chair.id), str(member.id), str(other.id)}


async def test_what_somebody_wrote_to_the_officers_is_theirs_alone(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    theirs = (await world.ask("GET", f"/groups/{panel}/memberships", chair)).json()["members"]
    assert "I live here" in {each["reason"] for each in theirs}
    seen = (await world.ask("GET", f"/groups/{panel}/memberships", member)).json()["members"]
    assert {each["reason"] for each in seen} == {None}


async def test_members_come_in_pages(world: World, chair: Principal, panel: UUID) -> None:
    for _ in range(4):
        await world.member(chair, panel)
    seen: list[str] = []
    after = ""
    while True:
        page = (await world.ask("GET", f"/groups/{panel}/memberships?limit=2{after}", chair)).json()["members"]
        if not page:
            break
        seen += [each["person_id"] for each in page]
        after = f"&after={seen[-1]}"
    assert len(seen) == len(set(seen)) == 5
