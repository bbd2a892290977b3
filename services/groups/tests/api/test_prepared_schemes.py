"""A coordinator prepares a scheme, a resident founds it, and staff gain nothing in it (P4, P9, P11)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchLink
from groups.storage.tables import groups, known_people, memberships, prepared_schemes, terms
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.prepare_scheme import list_prepared_schemes
from groups.use_cases.take_over_scheme import show_prepared_scheme, take_over_scheme
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.testing.issuer import a_staff_member
from sqlalchemy import func, select

from services.groups.tests.conftest import BOROUGH, WARD, World

SCHEME = {"name": "Bow Road Watch", "purpose": "Bicycles", "visibility": "visible", "area": WARD}
MONTH = timedelta(days=30)


async def prepare(world: World, staff: Principal, **changes: str) -> httpx.Response:
    return await world.ask("POST", "/staff/schemes", staff, SCHEME | changes)


async def prepared(world: World, staff: Principal) -> dict[str, Any]:
    answer = await prepare(world, staff)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def take_over(world: World, who: Principal, secret: str) -> httpx.Response:
    return await world.ask("POST", "/schemes/take-over", who, {"secret": secret})


async def listed(world: World, staff: Principal) -> list[str]:
    return [each["id"] for each in (await world.ask("GET", "/staff/schemes?limit=100", staff)).json()["schemes"]]


async def counts(resources: Resources) -> list[int | None]:
    async with resources.engine.connect() as connection:
        counted = [select(func.count()).select_from(each) for each in (groups, memberships, terms)]
        return [await connection.scalar(query) for query in counted]


async def test_preparing_makes_no_group(world: World, resources: Resources) -> None:
    coordinator = await world.coordinator()
    before = await counts(resources)
    scheme = await prepared(world, coordinator)
    assert await counts(resources) == before
    assert await listed(world, coordinator) == [scheme["id"]]
    seen = await world.ask("GET", "/staff/schemes", coordinator)
    assert scheme["secret"] not in seen.text


async def test_looking_at_the_link_changes_nothing(world: World) -> None:
    coordinator = await world.coordinator()
    scheme = await prepared(world, coordinator)
    for _ in range(2):
        page = await world.ask("GET", f"/schemes/take-over?secret={scheme['secret']}")
        assert page.status_code == 200
        assert "Bow Road Watch, a Neighbourhood Watch scheme in" in page.text
        assert "ourwatch of the borough" in page.text
    assert await listed(world, coordinator) == [scheme["id"]]


async def test_who_takes_it_over_coordinates_it_and_staff_have_no_part_in_it(world: World) -> None:
    coordinator, resident = await world.coordinator(), await world.resident()
    scheme = await prepared(world, coordinator)
    founded = (await take_over(world, resident, scheme["secret"])).json()
    assert {name: founded[name] for name in SCHEME} == SCHEME
    mine = (await world.ask("GET", f"/groups/{founded['id']}", resident)).json()
    assert (mine["kind"], mine["my_office"], mine["markings"]) == ("neighbourhood_watch", "coordinator", [])
    assert await listed(world, coordinator) == []
    for path in ("", "/memberships", "/offices", "/ledger"):
        # As a member, whom it does not know (P1: the same person).
        assert (await world.ask("GET", f"/groups/{founded['id']}{path}", await world.resident())).status_code == 404
    looked = await world.ask("GET", f"/staff/groups/{founded['id']}/memberships?purpose=Routine", coordinator)
    assert [member["person_id"] for member in looked.json()["members"]] == [str(resident.id)]


async def test_of_twenty_at_once_one_founds_it(world: World, resources: Resources) -> None:
    scheme = await prepared(world, await world.coordinator())
    residents = [await world.resident() for _ in range(20)]
    outcomes = await asyncio.gather(
        *(take_over_scheme(resources.unit_of_work(), each, scheme["secret"], now()) for each in residents),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if isinstance(each, BaseException)] == [NoSuchLink] * 19


async def test_links_that_open_nothing_are_answered_alike(world: World, chair: Principal, resources: Resources) -> None:
    coordinator, resident = await world.coordinator(), await world.resident()
    taken, revoked = await prepared(world, coordinator), await prepared(world, coordinator)
    await take_over(world, resident, taken["secret"])
    assert (await world.ask("DELETE", f"/staff/schemes/{revoked['id']}", coordinator)).status_code == 204
    joining = await world.link(chair, await world.group(chair))
    pages, answers = [], []
    for secret in (taken["secret"], revoked["secret"], joining, "nothing at all"):
        pages.append((await world.ask("GET", f"/schemes/take-over?secret={secret}")).text)
        answers.append((await take_over(world, resident, secret)).json()["code"])
    assert set(answers) == {"groups.link_not_valid"}
    assert len(set(pages)) == 1
    # Nor does a take-over link let anybody join.
    spare = await prepared(world, coordinator)
    answer = await world.ask("POST", "/membership-requests", resident, {"secret": spare["secret"]})
    assert answer.json()["code"] == "groups.link_not_valid"


async def test_after_thirty_days_it_is_gone(world: World, resources: Resources) -> None:
    coordinator = await world.coordinator()
    scheme = await prepared(world, coordinator)
    later = now() + MONTH
    with pytest.raises(NoSuchLink):
        await show_prepared_scheme(resources.unit_of_work(), scheme["secret"], later)
    with pytest.raises(NoSuchLink):
        await take_over_scheme(resources.unit_of_work(), await world.resident(), scheme["secret"], later)
    assert not await list_prepared_schemes(resources.unit_of_work(), coordinator, after=None, limit=9, now=later)
    await forget_what_is_over(resources.unit_of_work(), later)
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(prepared_schemes)) == 0


async def test_police_and_administrators_found_no_scheme(world: World) -> None:
    person = await world.resident()
    await world.police(person_id=person.id)
    scheme = await prepared(world, await world.coordinator())
    assert (await take_over(world, person, scheme["secret"])).json()["code"] == "groups.staff_cannot_belong"
    assert (await take_over(world, await world.resident(), scheme["secret"])).status_code == 201


async def test_coordinators_alone_prepare_and_in_their_areas(world: World) -> None:
    assert (await prepare(world, await world.police())).json()["code"] == "groups.not_your_role"
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset({BOROUGH}))
    assert (await prepare(world, administrator)).json()["code"] == "groups.not_your_role"
    elsewhere = await world.coordinator("E05009317")
    assert (await prepare(world, elsewhere)).json()["code"] == "groups.no_such_ward"
    assert (await prepare(world, await world.coordinator(), area=BOROUGH)).json()["code"] == "groups.no_such_ward"


async def test_another_organisation_neither_sees_nor_revokes(world: World) -> None:
    scheme, other = await prepared(world, await world.coordinator()), await world.coordinator()
    assert await listed(world, other) == []
    answer = await world.ask("DELETE", f"/staff/schemes/{scheme['id']}", other)
    assert answer.json()["code"] == "groups.no_such_prepared_scheme"


async def test_no_person_is_kept_with_a_prepared_scheme(world: World, resources: Resources) -> None:
    """P29: there is nothing in it to be forgotten."""
    coordinator = await world.coordinator()
    await prepared(world, coordinator)
    async with resources.engine.connect() as connection:
        assert await connection.scalar(select(known_people.c.id).where(known_people.c.id == coordinator.id))
        kept = (await connection.execute(select(prepared_schemes))).all()
    assert str(coordinator.id) not in str(kept)
