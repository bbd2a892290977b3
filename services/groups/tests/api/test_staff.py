"""What staff see, where, and who learns of it (P5, P16, P17)."""

from uuid import UUID

import pytest
from shared.auth.principal import Principal, Role
from shared.contracts.identity import StaffChanged
from shared.testing.issuer import a_police_system, a_staff_member

from services.groups.tests.conftest import BOROUGH, FORCE, WARD, World

PURPOSE = "purpose=Panel+renewal"


@pytest.mark.parametrize("area", [WARD, BOROUGH, FORCE])
async def test_an_area_of_any_level_holds_its_wards(world: World, panel: UUID, area: str) -> None:
    police = await world.police(area)
    assert (await world.ask("GET", f"/staff/groups/{panel}", police)).json()["area"] == WARD


async def test_the_list_holds_the_assigned_areas_alone(world: World, chair: Principal) -> None:
    here = await world.group(chair, area="E05009318")
    there = await world.group(chair, area="E05009319")
    police = await world.police("E05009318")
    listed = [g["id"] for g in (await world.ask("GET", "/staff/groups?limit=100", police)).json()["groups"]]
    assert str(here) in listed
    assert str(there) not in listed
    after = await world.ask("GET", f"/staff/groups?after={here}", police)
    assert str(here) not in after.text


async def test_a_look_is_in_the_ledger_before_it_is_answered(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    police = await world.police()
    seen = (await world.ask("GET", f"/staff/groups/{panel}/memberships?{PURPOSE}", police)).json()["members"]
    assert {each["name"] for each in seen} == {"Chandra Chair", "Amina Rahman"}
    assert set(seen[0]) == {"person_id", "name", "state", "office", "since", "markings"}
    for reader in (chair, member):
        looks = (await world.ask("GET", f"/groups/{panel}/ledger", reader)).json()["looks"]
        assert [(look["organisation"], look["team"], look["purpose"]) for look in looks] == [
            ("police of the borough", "police", "Panel renewal")
        ]
        assert "Secret Name" not in str(looks)
        assert str(police.id) not in str(looks)


async def test_a_member_does_not_see_looks_from_before_they_came(world: World, chair: Principal, panel: UUID) -> None:
    await world.ask("GET", f"/staff/groups/{panel}/memberships?{PURPOSE}", await world.police())
    member = await world.member(chair, panel)
    assert (await world.ask("GET", f"/groups/{panel}/ledger", member)).json() == {"looks": [], "delayed": 0}
    assert len((await world.ask("GET", f"/groups/{panel}/ledger", chair)).json()["looks"]) == 1


async def test_staff_see_neither_requests_nor_who_left(world: World, chair: Principal, panel: UUID) -> None:
    asker, member = await world.asker(chair, panel), await world.member(chair, panel)
    await world.ask("DELETE", f"/groups/{panel}/membership", member)
    seen = await world.ask("GET", f"/staff/groups/{panel}/memberships?{PURPOSE}", await world.police())
    assert str(asker.id) not in seen.text
    assert str(member.id) not in seen.text


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "marking somebody once"}])
async def test_who_marks_somebody_or_is_refused_it_stands_in_the_ledger(
    world: World, chair: Principal, panel: UUID, key: dict[str, str]
) -> None:
    """Either answer says whether that person belongs (P17)."""
    police, member = await world.police(), await world.member(chair, panel)
    stranger = await world.resident()
    codes = []
    for number, (who, act) in enumerate([(member, ""), (member, ""), (stranger, ""), (stranger, "/withdraw")]):
        path = f"/staff/groups/{panel}/memberships/{who.id}/markings{act}"
        body = {"reason": "No longer so"} if act else {"household": False}
        headers = {name: f"{value} {number}" for name, value in key.items()}
        answer = await world.ask("POST", path, police, body, **headers)
        codes.append(answer.json().get("code"))
        looks = (await world.ask("GET", f"/groups/{panel}/ledger", chair)).json()["looks"]
        assert [look["purpose"] for look in looks] == ["To mark a member"] * (number + 1)
    assert codes == [None, "groups.marked_already", "groups.not_active", "groups.not_marked"]


@pytest.mark.parametrize("query", ["limit=5", "purpose=", "purpose=abc", "purpose=two%0Alines", "purpose=" + "x" * 201])
async def test_a_look_needs_a_purpose(world: World, chair: Principal, panel: UUID, query: str) -> None:
    answer = await world.ask("GET", f"/staff/groups/{panel}/memberships?{query}", await world.police())
    assert answer.status_code == 422
    assert (await world.ask("GET", f"/groups/{panel}/ledger", chair)).json() == {"looks": [], "delayed": 0}


async def test_neither_administrators_nor_machines_nor_former_staff_see_groups(world: World, panel: UUID) -> None:
    former = await world.police()
    ended = StaffChanged(
        staff_id=former.id,
        person_id=None,
        display_name="",
        organisation_id=former.organisation_id,
        role="police",
        areas=[],
        state="ended",
        version=2,
    )
    await world.hear(ended)
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset({FORCE}))
    for who in (former, administrator, a_police_system()):
        for path in ("", f"/{panel}", f"/{panel}/memberships?{PURPOSE}"):
            assert (await world.ask("GET", f"/staff/groups{path}", who)).status_code == 403
        assert (await world.passed(who, panel, "jurisdiction")).status_code == 404


async def test_staff_without_areas_see_nothing(world: World, panel: UUID) -> None:
    nowhere = a_staff_member(Role.POLICE, frozenset(), await world.organisation("police"))
    assert (await world.ask("GET", "/staff/groups", nowhere)).json() == {"groups": []}
    assert (await world.ask("GET", f"/staff/groups/{panel}", nowhere)).status_code == 404
