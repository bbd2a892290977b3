"""An organisation's own data-protection officer sees which of its people looked at which group; nobody else (P17)."""

from typing import Any
from uuid import UUID

import pytest
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.contracts.identity import ContactLookedAt, StaffChanged
from shared.ids import new_id
from shared.testing.issuer import a_staff_member

from services.groups.tests.api.test_look_delays import agree, ask, colleague, look, shown
from services.groups.tests.conftest import World

REFUSED = (403, "groups.not_data_protection_officer")
Looks = list[dict[str, Any]]


@pytest.fixture
async def police(world: World) -> Principal:
    return await world.police()


@pytest.fixture
async def officer(world: World, police: Principal) -> Principal:
    """The data-protection officer of the organisation of `police`, who has no areas at all."""
    assert police.organisation_id is not None
    named = a_staff_member(Role.POLICE, frozenset(), police.organisation_id)
    await world.name_officer(police.organisation_id, named)
    return named


async def read(world: World, who: Principal, query: str = "") -> Looks:
    answer = await world.ask("GET", f"/staff/looks{query}", who)
    assert answer.status_code == 200, answer.text
    looks: Looks = answer.json()["looks"]
    return looks


async def refusal(world: World, who: Principal) -> tuple[int, str]:
    answer = await world.ask("GET", "/staff/looks", who)
    return answer.status_code, answer.json().get("code", "")


async def say(world: World, staff: Principal, state: str, version: int) -> None:
    """Identity tells how an account is."""
    assert staff.organisation_id is not None
    await world.hear(
        StaffChanged(
            staff_id=staff.id,
            person_id=None,
            display_name="PC",
            organisation_id=staff.organisation_id,
            role="police",
            areas=[],
            state=state,
            version=version,
        )
    )


async def test_the_officer_reads_who_looked_in_every_group_wherever_it_lies(
    world: World, chair: Principal, panel: UUID, police: Principal, officer: Principal
) -> None:
    scheme, other = await world.group(chair, "neighbourhood_watch"), await colleague(world, police)
    await look(world, police, panel)
    await look(world, other, scheme, "Burglaries")
    looks = await read(world, officer)
    told = [(each["group_id"], each["staff_id"], each["role"], each["purpose"]) for each in looks]
    assert told == [
        (str(panel), str(police.id), "police", "Panel renewal"),
        (str(scheme), str(other.id), "police", "Burglaries"),
    ]
    assert {each["group_name"] for each in looks} == {"Whitechapel Panel"}
    assert all(each["looked_at"] == each["shown_at"] for each in looks)


async def test_a_delayed_look_is_seen_by_the_officer_while_the_group_sees_a_number(
    world: World, chair: Principal, panel: UUID, police: Principal, officer: Principal
) -> None:
    delay = (await ask(world, police, panel)).json()["id"]
    assert (await agree(world, await colleague(world, police), panel, delay)).status_code == 204
    await look(world, police, panel)
    assert await shown(world, chair, panel) == ([], 1)
    [seen] = await read(world, officer)
    assert seen["staff_id"] == str(police.id)
    assert seen["shown_at"] > seen["looked_at"]


async def test_pages_follow_one_another_and_leave_nothing_out(
    world: World, panel: UUID, police: Principal, officer: Principal
) -> None:
    for number in range(5):
        await look(world, police, panel, f"Number+{number}")
    seen: list[str] = []
    query = "?limit=2"
    while page := await read(world, officer, query):
        seen += [each["purpose"] for each in page]
        query = f"?limit=2&after={page[-1]['id']}"
    assert seen == [f"Number {number}" for number in range(5)]


async def test_looks_at_a_contact_are_identity_s_to_show(
    world: World, chair: Principal, panel: UUID, police: Principal, officer: Principal
) -> None:
    assert police.organisation_id is not None
    told = ContactLookedAt(
        look_id=new_id(),
        group_id=panel,
        person_id=chair.id,
        organisation_id=police.organisation_id,
        role="police",
        purpose="Burglary at number 12",
        at=now(),
        version=1,
    )
    await world.hear(told)
    assert await read(world, officer) == []


async def test_another_organisation_s_officer_reads_their_own_organisation_s_looks_alone(
    world: World, panel: UUID, police: Principal, officer: Principal
) -> None:
    other = await world.police()
    await world.name_officer(other.organisation_id, other)
    await look(world, police, panel)
    await look(world, other, panel, "Of another force")
    assert [each["purpose"] for each in await read(world, other)] == ["Of another force"]
    assert [each["purpose"] for each in await read(world, officer)] == ["Panel renewal"]


async def test_colleagues_coordinators_and_administrators_are_refused_alike(
    world: World, police: Principal, officer: Principal
) -> None:
    assert police.organisation_id is not None
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset(), police.organisation_id)
    others = [police, await colleague(world, police), await world.coordinator(), administrator]
    assert {await refusal(world, each) for each in others} == {REFUSED}
    assert await read(world, officer) == []


async def test_an_administrator_who_was_named_reads_them(world: World, panel: UUID) -> None:
    coordinator = await world.coordinator()
    assert coordinator.organisation_id is not None
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset(), coordinator.organisation_id)
    await world.name_officer(coordinator.organisation_id, administrator)
    await look(world, coordinator, panel)
    assert [each["role"] for each in await read(world, administrator)] == ["coordinator"]


async def test_the_former_officer_reads_nothing_once_another_or_nobody_is_named(
    world: World, police: Principal, officer: Principal
) -> None:
    await world.name_officer(police.organisation_id, police, version=3)
    assert await refusal(world, officer) == REFUSED
    assert await read(world, police) == []
    await world.name_officer(police.organisation_id, None, version=4)
    assert await refusal(world, police) == REFUSED


async def test_a_naming_that_arrives_late_changes_nothing(world: World, police: Principal, officer: Principal) -> None:
    await world.name_officer(police.organisation_id, police, version=4)
    await world.name_officer(police.organisation_id, officer, version=3)
    assert await refusal(world, officer) == REFUSED


async def test_whoever_s_account_is_over_reads_nothing_with_a_token_that_still_lives(
    world: World, officer: Principal
) -> None:
    await say(world, officer, "active", 1)
    assert await read(world, officer) == []
    await say(world, officer, "ended", 2)
    assert await refusal(world, officer) == REFUSED
    await say(world, officer, "active", 3)
    assert await read(world, officer) == []


async def test_a_member_session_reads_no_looks(world: World) -> None:
    answer = await world.ask("GET", "/staff/looks", await world.resident())
    assert answer.json()["code"] == "auth.wrong_plane"
