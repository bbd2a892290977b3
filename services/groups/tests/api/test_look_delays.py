"""Two people of an organisation may keep its looks out of a group's sight for up to 90 days; how many shows (P17)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import AgreedAlready
from groups.use_cases.delay_looks import agree_to_delay
from groups.use_cases.list_members import read_ledger
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.contracts.identity import StaffChanged
from shared.testing.issuer import a_staff_member

from services.groups.tests.conftest import BOROUGH, World

IN_A_MONTH = timedelta(days=30)


async def colleague(world: World, staff: Principal, person_id: UUID | None = None, area: str = BOROUGH) -> Principal:
    """Another account of the same organisation, of a person of its own unless one is given."""
    other = a_staff_member(Role.POLICE, frozenset({area}), staff.organisation_id)
    assert staff.organisation_id is not None
    await world.hear(
        StaffChanged(
            staff_id=other.id,
            person_id=person_id,
            display_name="PC Other",
            organisation_id=staff.organisation_id,
            role="police",
            areas=[area],
            state="active",
            version=1,
        )
    )
    return other


async def ask(world: World, staff: Principal, group: UUID, days: int = 30) -> httpx.Response:
    body = {"until": (now().date() + timedelta(days=days)).isoformat(), "reason": "An inquiry that must not be warned"}
    return await world.ask("POST", f"/staff/groups/{group}/look-delays", staff, body)


async def agree(world: World, staff: Principal, group: UUID, delay: str) -> httpx.Response:
    return await world.ask("POST", f"/staff/groups/{group}/look-delays/{delay}/agree", staff)


async def look(world: World, staff: Principal, group: UUID, purpose: str = "Panel+renewal") -> None:
    answer = await world.ask("GET", f"/staff/groups/{group}/memberships?purpose={purpose}", staff)
    assert answer.status_code == 200


async def shown(world: World, who: Principal, group: UUID) -> tuple[list[str], int]:
    page: dict[str, Any] = (await world.ask("GET", f"/groups/{group}/ledger", who)).json()
    return [each["purpose"] for each in page["looks"]], page["delayed"]


async def test_looks_show_later_once_another_person_agreed_and_their_number_shows_at_once(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member, police = await world.member(chair, panel), await world.police()
    other = await colleague(world, police)
    delay = (await ask(world, police, panel)).json()["id"]
    await look(world, police, panel, "Not+agreed+yet")
    assert (await agree(world, other, panel, delay)).status_code == 204
    await look(world, police, panel)
    await look(world, other, panel)
    await look(world, await world.police(), panel, "Of+another+force")
    for reader in (chair, member):
        assert await shown(world, reader, panel) == (["Not agreed yet", "Of another force"], 2)
    for later, expected in ((IN_A_MONTH - timedelta(days=1), 2), (IN_A_MONTH, 0)):
        page = await read_ledger(resources.unit_of_work(), chair, panel, after=None, limit=50, now=now() + later)
        assert (len(page.looks), page.delayed) == (4 - expected, expected)


async def test_nobody_agrees_with_themselves_nor_through_a_second_account(
    world: World, chair: Principal, panel: UUID
) -> None:
    person = await world.resident()
    police = await world.police(person_id=person.id)
    delay = (await ask(world, police, panel)).json()["id"]
    for same in (police, await colleague(world, police, person.id)):
        assert (await agree(world, same, panel, delay)).json()["code"] == "groups.two_people_delay"
    await look(world, police, panel)
    assert await shown(world, chair, panel) == (["Panel renewal"], 0)


async def test_many_who_agree_at_once_agree_once(world: World, panel: UUID, resources: Resources) -> None:
    police = await world.police()
    delay = UUID((await ask(world, police, panel)).json()["id"])
    others = [await colleague(world, police) for _ in range(5)]
    outcomes = await asyncio.gather(
        *(agree_to_delay(resources.unit_of_work(), other, panel, delay, now()) for other in others for _ in range(4)),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if each is not None] == [AgreedAlready] * 19


async def test_another_organisation_sees_and_agrees_to_nothing(world: World, panel: UUID) -> None:
    police, others = await world.police(), await world.police()
    delay = (await ask(world, police, panel)).json()["id"]
    assert (await agree(world, others, panel, delay)).json()["code"] == "groups.no_such_delay"
    assert (await world.ask("GET", f"/staff/groups/{panel}/look-delays", others)).json() == {"delays": []}
    [seen] = (await world.ask("GET", f"/staff/groups/{panel}/look-delays", police)).json()["delays"]
    assert (seen["id"], seen["agreed_by"]) == (delay, None)


@pytest.mark.parametrize("days", [0, -1, 91])
async def test_a_delay_ends_within_ninety_days(world: World, panel: UUID, days: int) -> None:
    assert (await ask(world, await world.police(), panel, days)).json()["code"] == "groups.no_such_delay_end"
