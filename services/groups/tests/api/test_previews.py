"""An officer sees exactly what a member, staff and everybody see of the group, and nobody else sees that."""

from typing import Any
from uuid import UUID

import pytest
from shared.auth.principal import Principal

from services.groups.tests.conftest import World

VIEWERS = ("public", "member", "staff")


async def get(world: World, who: Principal | None, path: str) -> dict[str, Any]:  # JSON
    answer = await world.ask("GET", path, who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(params=["ward_panel", "neighbourhood_watch"])
async def group(world: World, chair: Principal, request: pytest.FixtureRequest) -> UUID:
    """Visible, marked, with a deputy, a plain member, one who asks and one who is suspended."""
    made = await world.group(chair, request.param, visibility="visible")
    await world.mark(await world.police(), made)
    secret = await world.link(chair, made)
    deputy, _, suspended = [await world.member(chair, made, secret) for _ in range(3)]
    office = "vice_chair" if request.param == "ward_panel" else "deputy_coordinator"
    await world.ask("PUT", f"/groups/{made}/offices/{office}", chair, {"person_id": str(deputy.id)})
    body = {"until": "2027-01-01T00:00:00Z", "reason": "Not for others to read"}
    answer = await world.ask("POST", f"/groups/{made}/memberships/{suspended.id}/suspend", chair, body)
    assert answer.status_code == 200, answer.text
    await world.asker(chair, made, secret)
    return made


async def test_staff_see_what_the_preview_shows_and_the_preview_is_no_look(
    world: World, chair: Principal, group: UUID
) -> None:
    shown = await get(world, chair, f"/groups/{group}/preview/staff")
    assert (await get(world, chair, f"/groups/{group}/ledger"))["looks"] == []
    police = await world.police()
    assert shown["group"] == await get(world, police, f"/staff/groups/{group}")
    seen = await get(world, police, f"/staff/groups/{group}/memberships?purpose=Comparing")
    assert shown["members"] == seen["members"]
    assert len(shown["members"]) == 4


async def test_a_member_sees_what_the_preview_shows_and_themselves(world: World, chair: Principal, group: UUID) -> None:
    member = await world.member(chair, group)
    shown = await get(world, chair, f"/groups/{group}/preview/member")
    assert shown["group"] == await get(world, member, f"/groups/{group}")
    seen = (await get(world, member, f"/groups/{group}/memberships"))["members"]
    others = [each for each in seen if each["person_id"] != str(member.id)]
    assert [each for each in shown["members"] if each["person_id"] != str(member.id)] == others
    assert "Not for others to read" not in str(shown)


async def test_everybody_sees_what_the_preview_shows_or_nothing(world: World, chair: Principal, group: UUID) -> None:
    shown = await get(world, chair, f"/groups/{group}/preview/public")
    listed = await get(world, None, f"/directory?after={UUID(int=group.int - 1)}&limit=1")
    assert [shown["group"]] == listed["groups"]
    await world.ask("PATCH", f"/groups/{group}", chair, {"visibility": "hidden"})
    assert await get(world, chair, f"/groups/{group}/preview/public") == {"group": None}


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_officers_alone_see_previews(world: World, chair: Principal, panel: UUID, viewer: str) -> None:
    member = await world.member(chair, panel)
    answer = await world.ask("GET", f"/groups/{panel}/preview/{viewer}", member)
    assert answer.json()["code"] == "groups.not_an_officer"
