"""What waits for police and coordinators: each authority its own list, in its own areas (P5, P6)."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.markings import GRACE, LIFE, RENEWAL
from groups.domain.work_lists import WorkList
from groups.use_cases.list_work import list_work
from shared.auth.principal import Assurance, Principal, Role
from shared.clock import now
from shared.testing.issuer import a_police_system, a_staff_member

from services.groups.tests.balloting import vacate
from services.groups.tests.conftest import BOROUGH, World

# A ward that no other test of this file's groups shares.
HERE = "E05009330"


async def waiting(
    resources: Resources, who: Principal, work: WorkList, later: timedelta = timedelta(0)
) -> dict[UUID, tuple[bool, bool]]:
    """By group: whether the group waits, and whether its coordinator does."""
    found = await list_work(resources.unit_of_work(), who, work, after=None, limit=100, now=now() + later)
    return {each.group_id: (each.is_group, each.is_coordinator) for each in found}


async def test_what_awaits_a_marking_waits_for_each_authority_by_itself(
    world: World, chair: Principal, resources: Resources
) -> None:
    scheme = await world.group(chair, "neighbourhood_watch", area=HERE)
    police, coordinator = await world.police(HERE), await world.coordinator(HERE)
    assert (await waiting(resources, police, WorkList.AWAITING_MARKING))[scheme] == (True, True)
    await world.mark(police, scheme)
    assert (await waiting(resources, police, WorkList.AWAITING_MARKING))[scheme] == (False, True)
    await world.mark(police, scheme, chair)
    assert scheme not in await waiting(resources, police, WorkList.AWAITING_MARKING)
    assert (await waiting(resources, coordinator, WorkList.AWAITING_MARKING))[scheme] == (True, True)
    await world.withdraw(police, scheme)
    assert (await waiting(resources, police, WorkList.AWAITING_MARKING))[scheme] == (True, False)


async def test_a_marking_is_expiring_from_ninety_days_before_its_end_until_it_is_over(
    world: World, chair: Principal, resources: Resources
) -> None:
    scheme = await world.group(chair, "neighbourhood_watch", area=HERE)
    police = await world.police(HERE)
    await world.mark(police, scheme)
    assert scheme not in await waiting(resources, police, WorkList.EXPIRING)
    for later in (LIFE - RENEWAL + timedelta(days=1), LIFE + GRACE - timedelta(days=1)):
        assert (await waiting(resources, police, WorkList.EXPIRING, later))[scheme] == (True, False)
    over = LIFE + GRACE + timedelta(days=1)
    assert scheme not in await waiting(resources, police, WorkList.EXPIRING, over)
    assert scheme in await waiting(resources, police, WorkList.AWAITING_MARKING, over)


async def test_groups_without_a_leader_and_nearly_empty_ones(
    world: World, chair: Principal, resources: Resources
) -> None:
    panel, police = await world.group(chair, area=HERE), await world.police(HERE)
    assert panel not in await waiting(resources, police, WorkList.WITHOUT_LEADER)
    assert panel in await waiting(resources, police, WorkList.NEARLY_EMPTY)
    await world.member(chair, panel)
    assert panel not in await waiting(resources, police, WorkList.NEARLY_EMPTY)
    await vacate(world, chair, panel)
    assert panel in await waiting(resources, police, WorkList.WITHOUT_LEADER)


async def test_an_officer_counts_as_without_a_second_factor_until_they_acted_with_one(
    world: World, chair: Principal, resources: Resources
) -> None:
    police, plain = await world.police(HERE), replace(chair, assurance=Assurance.ONE_FACTOR)
    panel = await world.group(plain, area=HERE)
    await world.ask("PATCH", f"/groups/{panel}", plain, {"purpose": "One factor"})
    assert panel in await waiting(resources, police, WorkList.WITHOUT_SECOND_FACTOR)
    await world.ask("PATCH", f"/groups/{panel}", replace(chair, assurance=Assurance.TWO_FACTORS), {"purpose": "Two"})
    assert panel not in await waiting(resources, police, WorkList.WITHOUT_SECOND_FACTOR)


@pytest.mark.parametrize("work", WorkList)
async def test_a_list_holds_the_assigned_areas_alone_and_names_nobody(
    world: World, chair: Principal, work: WorkList
) -> None:
    before, here = [await world.group(chair, "neighbourhood_watch", area=HERE) for _ in range(2)]
    for areas, is_there in (((HERE,), True), ((BOROUGH,), True), (("E05009317",), False)):
        police = await world.police(*areas)
        answer = await world.ask("GET", f"/staff/work-lists/{work}?after={before}&limit=100", police)
        assert answer.status_code == 200
        if work is WorkList.AWAITING_MARKING:
            assert (str(here) in answer.text) is is_there
        assert str(chair.id) not in answer.text
        assert "Chandra" not in answer.text


async def test_pages_go_on_where_the_last_one_ended(world: World, chair: Principal) -> None:
    groups = [await world.group(chair, area="E05009331") for _ in range(3)]
    police = await world.police("E05009331")
    found: list[str] = []
    while True:
        after = f"&after={found[-1]}" if found else ""
        page = (await world.ask("GET", f"/staff/work-lists/awaiting_marking?limit=2{after}", police)).json()["groups"]
        if not page:
            break
        found += [each["group_id"] for each in page]
    assert found == sorted(found)
    assert {str(group) for group in groups} <= set(found)


async def test_administrators_machines_and_unknown_lists_get_none(world: World) -> None:
    for who in (a_staff_member(Role.ADMINISTRATOR, frozenset({BOROUGH})), a_police_system()):
        assert (await world.ask("GET", "/staff/work-lists/awaiting_marking", who)).status_code == 403
    assert (await world.ask("GET", "/staff/work-lists/everything", await world.police())).status_code == 422
