"""Founding a group, and what it does not give (P10, P11)."""

import json
from uuid import UUID

import pytest
from shared.auth.principal import Principal
from shared.ids import new_id

from services.groups.tests.conftest import BOROUGH, FORCE, WARD, World

BODY = {"kind": "ward_panel", "name": "Panel", "purpose": "Safety", "visibility": "hidden", "area": WARD}


async def test_a_stranger_who_founds_a_scheme_and_claims_an_area_sees_nobody(
    world: World, chair: Principal, panel: UUID
) -> None:
    """The breach of April 2024, replayed: residents of the ward exist, and the founder learns of none of them."""
    neighbours = [await world.resident("Nadia Neighbour") for _ in range(3)]
    neighbours.append(await world.member(chair, panel))
    stranger = await world.resident("Sam Stranger")
    scheme = await world.group(stranger, "neighbourhood_watch", "visible")
    seen = []
    for path in (
        "/groups/mine",
        f"/groups/{scheme}",
        f"/groups/{scheme}/memberships",
        f"/groups/{scheme}/ledger",
        f"/groups/{scheme}/markings",
        f"/directory?area={WARD}",
        f"/areas?within={BOROUGH}",
    ):
        answer = await world.ask("GET", path, stranger)
        assert answer.status_code == 200, path
        seen.append(answer.text)
    told = " ".join(seen)
    assert "Sam Stranger" in told
    assert "Nadia" not in told
    assert "Chandra" not in told
    assert not [one for one in (*neighbours, chair) if str(one.id) in told]


async def test_no_route_lists_people_by_area_or_name(world: World) -> None:
    app = world.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    spec = app.openapi()
    for path, item in spec["paths"].items():
        for operation in item.values():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            answer = json.dumps(operation["responses"].get("200", {}))
            if "Member" in answer:
                assert names <= {"group_id", "person_id", "after", "limit", "purpose"}, path


async def test_the_founder_holds_the_leading_office(world: World, chair: Principal, panel: UUID) -> None:
    mine = (await world.ask("GET", "/groups/mine", chair)).json()["groups"]
    assert [(g["id"], g["my_state"], g["my_office"]) for g in mine] == [(str(panel), "active", "chair")]


@pytest.mark.parametrize(
    "change",
    [
        {"area": "E05999999"},
        {"area": BOROUGH},
        {"area": "nowhere"},
        {"kind": "club"},
        {"name": ""},
        {"name": "Two\nlines"},
        {"purpose": "x" * 2001},
        {"visibility": "secret"},
        {"state": "active"},
        {"markings": ["police"]},
        {"founder": "00000000-0000-7000-8000-000000000001"},
    ],
)
async def test_what_makes_no_sense_founds_nothing(world: World, change: dict[str, object]) -> None:
    person = await world.resident()
    assert (await world.ask("POST", "/groups", person, BODY | change)).status_code == 422
    assert (await world.ask("GET", "/groups/mine", person)).json() == {"groups": []}


async def test_staff_found_no_group(world: World) -> None:
    for staff in (await world.police(FORCE), await world.coordinator()):
        assert (await world.ask("POST", "/groups", staff, BODY)).status_code == 403


async def test_who_is_police_founds_and_joins_nothing_with_a_members_account(
    world: World, chair: Principal, panel: UUID
) -> None:
    officer = await world.resident("Off Duty")
    await world.police(FORCE, person_id=officer.id)
    founded = await world.ask("POST", "/groups", officer, BODY)
    assert (founded.status_code, founded.json()["code"]) == (403, "groups.staff_cannot_belong")
    secret = await world.link(chair, panel)
    asked = await world.ask("POST", "/membership-requests", officer, {"secret": secret})
    assert asked.json()["code"] == "groups.staff_cannot_belong"


async def test_a_visible_group_is_listed_only_while_marked(world: World, chair: Principal) -> None:
    group = await world.group(chair, "community_group", "visible", "E05009326")
    police = await world.police()

    async def listed() -> bool:
        groups = (await world.ask("GET", "/directory?area=E05009326")).json()["groups"]
        return str(group) in [each["id"] for each in groups]

    assert not await listed()
    await world.mark(police, group)
    assert await listed()
    stranger = await world.resident()
    assert (await world.ask("GET", f"/groups/{group}", stranger)).json()["my_state"] is None
    await world.ask("PATCH", f"/groups/{group}", chair, {"visibility": "hidden"})
    assert not await listed()
    await world.ask("PATCH", f"/groups/{group}", chair, {"visibility": "visible"})
    await world.withdraw(police, group)
    assert not await listed()
    assert (await world.ask("GET", f"/groups/{group}", stranger)).status_code == 404


async def test_a_change_of_an_older_version_is_refused(world: World, chair: Principal, panel: UUID) -> None:
    first = await world.ask("PATCH", f"/groups/{panel}", chair, {"name": "New name", "version": 1})
    assert (first.status_code, first.json()["version"]) == (200, 2)
    second = await world.ask("PATCH", f"/groups/{panel}", chair, {"name": "Other name", "version": 1})
    assert second.json()["code"] == "groups.changed_meanwhile"


async def test_the_areas_of_the_borough_are_known(world: World) -> None:
    areas = (await world.ask("GET", f"/areas?within={BOROUGH}")).json()["areas"]
    assert [area["level"] for area in areas] == ["borough"] + ["ward"] * 20
    assert (await world.ask("GET", f"/areas?within={new_id()}")).status_code == 422
