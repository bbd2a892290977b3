"""People without e-mail: kept with their consent, known to the officers, counted and told nowhere."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.forget_what_is_over import forget_what_is_over
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id
from sqlalchemy import insert, select

from services.groups.tests.conftest import World

TODAY = now().date()
ANN: dict[str, Any] = {
    "name": "Ann Other",
    "how_to_reach": "Knock at number 3",
    "consent": {"given_on": TODAY.isoformat(), "how": "spoken"},
}


async def keep(world: World, who: Principal, group: UUID, **more: object) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/kept-people", who, ANN | more)


async def kept(world: World, who: Principal, group: UUID) -> list[dict[str, Any]]:  # Any: JSON
    answer = await world.ask("GET", f"/groups/{group}/kept-people", who)
    assert answer.status_code == 200, answer.text
    people: list[dict[str, Any]] = answer.json()["kept_people"]
    return people


async def test_officers_keep_correct_and_drop_a_person(world: World, chair: Principal, panel: UUID) -> None:
    made = await keep(world, chair, panel)
    assert made.status_code == 201
    path = f"/groups/{panel}/kept-people/{made.json()['id']}"
    changed = await world.ask("PATCH", path, chair, {"how_to_reach": "+44 20 7946 0000"})
    assert changed.json() == made.json() | {"how_to_reach": "+44 20 7946 0000"}
    assert await kept(world, chair, panel) == [changed.json()]
    assert (await world.ask("DELETE", path, chair)).status_code == 204
    assert await kept(world, chair, panel) == []
    assert (await world.ask("DELETE", path, chair)).json()["code"] == "groups.no_such_kept_person"


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        (None, None),
        ({"how": "spoken"}, None),
        ({"given_on": TODAY.isoformat(), "how": "guessed"}, None),
        ({"given_on": (TODAY + timedelta(days=1)).isoformat(), "how": "spoken"}, "groups.no_such_consent"),
    ],
)
async def test_nobody_is_kept_without_consent(
    world: World, chair: Principal, panel: UUID, consent: object, code: str | None
) -> None:
    refused = await keep(world, chair, panel, consent=consent)
    assert refused.status_code == 422
    assert code in {None, refused.json()["code"]}
    assert await kept(world, chair, panel) == []


async def test_nobody_but_an_officer_sees_or_keeps_them(world: World, chair: Principal, panel: UUID) -> None:
    member, made = await world.member(chair, panel), (await keep(world, chair, panel)).json()
    path = f"/groups/{panel}/kept-people"
    for method, at, body in (
        ("GET", path, None),
        ("POST", path, ANN),
        ("PATCH", f"{path}/{made['id']}", {"name": "Mine"}),
        ("DELETE", f"{path}/{made['id']}", None),
    ):
        assert (await world.ask(method, at, member, body)).json()["code"] == "groups.not_an_officer"
    listed = await world.ask("GET", f"/groups/{panel}/memberships", member)
    seen = await world.ask("GET", f"/staff/groups/{panel}/memberships?purpose=Yearly", await world.police())
    assert "Ann Other" not in listed.text + seen.text
    assert len(seen.json()["members"]) == 2


async def test_another_groups_officer_reaches_nobody_here(world: World, chair: Principal, panel: UUID) -> None:
    made, other = (await keep(world, chair, panel)).json(), await world.resident()
    own = await world.group(other)
    path = f"/groups/{own}/kept-people/{made['id']}"
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        assert (await world.ask(method, path, other, body)).status_code == 404
    assert await kept(world, chair, panel) == [made]


async def test_the_same_person_is_kept_once_however_often(world: World, chair: Principal, panel: UUID) -> None:
    answers = await asyncio.gather(*(keep(world, chair, panel) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = (await keep(world, chair, panel, name="Bob")).json()
    refused = await world.ask("PATCH", f"/groups/{panel}/kept-people/{other['id']}", chair, {"name": "Ann Other"})
    assert refused.json()["code"] == "groups.kept_already"


async def test_a_group_keeps_two_hundred_people(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    row = {"group_id": panel, "how_to_reach": "Somewhere", "consent_given_on": TODAY, "consent_how": "spoken"}
    many = [row | {"id": new_id(), "name": f"Person {number}"} for number in range(195)]
    async with resources.engine.begin() as connection:
        await connection.execute(insert(tables.kept_people), many)
    answers = await asyncio.gather(*(keep(world, chair, panel, name=f"Late {number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 15


async def test_no_event_tells_of_them_and_they_go_ninety_days_after_their_group(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    name = f"Ann {new_id()}"
    await keep(world, chair, panel, name=name)
    await world.ask("DELETE", f"/groups/{panel}/membership", chair)
    outbox = tables.metadata.tables["outbox"]
    names = select(tables.kept_people.c.name).where(tables.kept_people.c.group_id == panel)
    async with resources.engine.connect() as connection:
        assert name not in str((await connection.execute(select(outbox))).all())
    for days, left in ((89, [name]), (91, [])):
        await forget_what_is_over(resources.unit_of_work(), now() + timedelta(days=days))
        async with resources.engine.connect() as connection:
            assert list(await connection.scalars(names)) == left
