"""What a group says of itself, and to whom."""

from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.groups import Visibility
from groups.storage.tables import groups
from shared.auth.principal import Principal
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from services.groups.tests.conftest import BOROUGH, World

PROFILE = {"what_to_expect": "Tea and a short talk", "meeting_place": "12 Vallance Road"}
NEXT = "E05009333"


async def change(world: World, who: Principal, group: UUID, **changes: object) -> int:
    return (await world.ask("PATCH", f"/groups/{group}", who, changes)).status_code


async def test_a_group_says_what_to_expect_to_all_and_where_it_meets_to_its_members(
    world: World, chair: Principal
) -> None:
    group = await world.group(chair, kind="community_group", visibility="visible")
    assert await change(world, chair, group, **PROFILE) == 200
    await world.mark(await world.police(), group)
    member, asker, stranger = await world.member(chair, group), await world.asker(chair, group), await world.resident()
    seen = {}
    for who in (member, asker, stranger):
        answer = (await world.ask("GET", f"/groups/{group}", who)).json()
        assert answer["what_to_expect"] == "Tea and a short talk"
        seen[who.id] = answer["meeting_place"]
    assert seen == {member.id: "12 Vallance Road", asker.id: None, stranger.id: None}
    for answer in (
        await world.ask("GET", f"/directory?area={BOROUGH}&limit=100"),
        await world.ask("GET", f"/staff/groups/{group}", await world.police(BOROUGH)),
        await world.ask("GET", "/join?secret=" + await world.link(chair, group)),
    ):
        assert answer.status_code == 200
        assert "Vallance" not in answer.text


async def test_what_is_empty_is_taken_away_and_what_is_not_named_stays(world: World, chair: Principal) -> None:
    group = await world.group(chair)
    await change(world, chair, group, **PROFILE)
    assert await change(world, chair, group, meeting_place="") == 200
    answer = (await world.ask("GET", f"/groups/{group}", chair)).json()
    assert (answer["meeting_place"], answer["what_to_expect"]) == (None, "Tea and a short talk")


async def test_a_group_chooses_who_sees_its_members_and_says_so_to_who_joins(world: World, chair: Principal) -> None:
    """P15."""
    group = await world.group(chair, kind="community_group")
    secret = await world.link(chair, group)
    first, second = await world.member(chair, group, secret), await world.member(chair, group, secret)

    async def seen_by_first() -> set[str]:
        members = (await world.ask("GET", f"/groups/{group}/memberships", first)).json()["members"]
        return {each["person_id"] for each in members}

    assert await seen_by_first() == {str(chair.id), str(first.id)}
    assert "members see the officers" in (await world.ask("GET", f"/join?secret={secret}")).text
    assert await change(world, chair, group, who_sees_members="all") == 200
    assert await seen_by_first() == {str(person.id) for person in (chair, first, second)}
    assert "All active members see your name" in (await world.ask("GET", f"/join?secret={secret}")).text
    asker = await world.resident()
    told = (await world.ask("POST", "/membership-requests", asker, {"secret": secret})).json()["who_sees_you"]
    assert told.startswith("All active members see your name")
    assert (await world.ask("GET", f"/groups/{group}", first)).json()["who_sees_you"] == told
    assert await change(world, chair, group, who_sees_members="officers") == 200
    assert await seen_by_first() == {str(chair.id), str(first.id)}


async def test_a_panel_is_open_whatever_is_asked(world: World, chair: Principal, resources: Resources) -> None:
    """P15: by the domain, and by the database as well."""
    panel = await world.group(chair)
    answer = await world.ask("PATCH", f"/groups/{panel}", chair, {"who_sees_members": "officers"})
    assert (answer.status_code, answer.json()["code"]) == (422, "groups.panel_members_are_open")
    body = {"kind": "ward_panel", "name": "A", "purpose": "B", "visibility": "hidden", "area": NEXT}
    assert (await world.ask("POST", "/groups", chair, body | {"who_sees_members": "officers"})).status_code == 422
    with pytest.raises(IntegrityError, match="panels_are_open"):
        async with resources.engine.begin() as connection:
            await connection.execute(update(groups).where(groups.c.id == panel).values(who_sees_members="officers"))


async def test_the_leader_alone_moves_the_group_and_opens_its_names(world: World, chair: Principal) -> None:
    group = await world.group(chair, kind="community_group", visibility="visible")
    police = await world.police()
    await world.mark(police, group)
    secretary = await world.member(chair, group)
    office = {"person_id": str(secretary.id)}
    assert (await world.ask("PUT", f"/groups/{group}/offices/secretary", chair, office)).status_code == 200
    assert await change(world, secretary, group, purpose="Other") == 200
    assert await change(world, secretary, group, area=NEXT) == 403
    assert await change(world, secretary, group, who_sees_members="all") == 403
    assert await change(world, chair, group, area=BOROUGH) == 422
    assert await change(world, chair, group, area=NEXT) == 200
    listed = (await world.ask("GET", f"/directory?area={NEXT}&limit=100")).json()["groups"]
    (found,) = [each for each in listed if each["id"] == str(group)]
    assert found["markings"][0]["changed_since"] == ["area"]
    assert found["visibility"] == Visibility.VISIBLE
