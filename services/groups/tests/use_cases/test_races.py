"""What holds when many do the same at once, on a real database."""

import asyncio
from uuid import UUID

from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.use_cases.forget_person import forget_person
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.identity import InviteeKnown
from shared.ids import new_id

from services.groups.tests.conftest import WARD, World

MANY = 30


async def test_a_link_is_never_used_more_often_than_it_may(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel, most_uses=5)
    people = [await world.resident() for _ in range(MANY)]
    answers = await asyncio.gather(
        *(world.ask("POST", "/membership-requests", person, {"secret": secret}) for person in people)
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [404] * (MANY - 5)


async def test_no_race_brings_in_a_twenty_first_member(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    askers = [await world.asker(chair, panel, secret) for _ in range(MANY)]
    answers = await asyncio.gather(*(world.admit(chair, panel, asker) for asker in askers))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [409] * (MANY - 19)
    members = (await world.ask("GET", f"/groups/{panel}/memberships?limit=100", chair)).json()["members"]
    assert [each["state"] for each in members].count("active") == 20


async def test_somebody_is_admitted_once(world: World, chair: Principal, panel: UUID) -> None:
    asker = await world.asker(chair, panel)
    answers = await asyncio.gather(*(world.admit(chair, panel, asker) for _ in range(MANY)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (MANY - 1)


async def test_an_office_has_one_holder_however_many_are_appointed(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    people = [await world.member(chair, panel, secret) for _ in range(10)]
    answers = await asyncio.gather(
        *(
            world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, {"person_id": str(person.id)})
            for person in people * 2
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    members = (await world.ask("GET", f"/groups/{panel}/memberships", chair)).json()["members"]
    assert [each["office"] for each in members].count("secretary") == 1


async def test_a_handover_to_many_at_once_reaches_one(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    people = [await world.member(chair, panel, secret) for _ in range(10)]
    answers = await asyncio.gather(
        *(
            world.ask("PUT", f"/groups/{panel}/offices/chair", chair, {"person_id": str(person.id)})
            for person in people * 2
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 19


async def test_leaving_and_being_admitted_at_once_ends_in_one_of_the_two(
    world: World, chair: Principal, panel: UUID
) -> None:
    secret = await world.link(chair, panel)
    askers = [await world.asker(chair, panel, secret) for _ in range(10)]
    await asyncio.gather(
        *(world.admit(chair, panel, asker) for asker in askers),
        *(world.ask("DELETE", f"/groups/{panel}/membership", asker) for asker in askers),
    )
    members = (await world.ask("GET", f"/groups/{panel}/memberships", chair)).json()["members"]
    active = {each["person_id"] for each in members if each["state"] == "active"}
    for asker in askers:
        assert ((await world.passed(asker, panel)).status_code == 200) == (str(asker.id) in active)
        assert str(asker.id) not in active  # leaving came after, or there was nothing left to admit


async def test_inviting_forgetting_and_hearing_of_one_address_at_once_all_go_through(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    for _ in range(3):
        address = f"everywhere-{new_id()}@example.org"
        tag = tag_of(address, resources.email_tag_key)
        person, other = await world.resident(tag=tag), await world.resident()
        await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address})
        invited = [
            world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address}) for _ in range(MANY // 2)
        ]
        forgotten = forget_person(resources.unit_of_work(), person.id, 9, now())
        heard = world.hear(InviteeKnown(person_id=other.id, email_tag=tag, version=2))
        answers = await asyncio.gather(*invited[:5], forgotten, *invited[5:], heard)
        assert {answer.status_code for answer in answers if answer is not None} == {202}
        assert "groups" in (await world.ask("GET", "/groups/mine", other)).json()


async def test_a_group_is_marked_once_by_an_authority(world: World, panel: UUID) -> None:
    police = await world.police()
    answers = await asyncio.gather(*(world.mark(police, panel) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19


async def test_one_idempotency_key_founds_one_group(world: World) -> None:
    person = await world.resident()
    body = {"kind": "ward_panel", "name": "Once", "purpose": "Safety", "visibility": "hidden", "area": WARD}
    key = {"idempotency-key": f"founding-{person.id}"}
    answers = await asyncio.gather(*(world.ask("POST", "/groups", person, body, **key) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await world.ask("GET", "/groups/mine", person)).json()["groups"]) == 1
    other = await world.ask("POST", "/groups", person, body | {"name": "Twice"}, **key)
    assert other.status_code == 409
