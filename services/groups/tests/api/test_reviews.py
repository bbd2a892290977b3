"""Many marked in one act: each by itself, once, and on record (P6, P17)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from shared.auth.principal import Principal

from services.groups.tests.conftest import World

PURPOSE = "Yearly review"


async def review(
    world: World, staff: Principal, group_id: UUID, /, *people: Principal, **more: Any
) -> list[Any]:  # JSON
    body = {"person_ids": [str(each.id) for each in people], "purpose": PURPOSE, "household": False} | more
    answer = await world.ask("POST", f"/staff/groups/{group_id}/reviews", staff, body)
    assert answer.status_code == 200, answer.text
    results: list[Any] = answer.json()["results"]
    return results


def codes(results: list[Any]) -> list[str]:
    return [each["refused"]["code"] if each["refused"] else each["marking"]["entry"] for each in results]


async def test_one_who_is_refused_stops_nobody_else(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    first, asker, last = [await make(chair, panel, secret) for make in (world.member, world.asker, world.member)]
    police = await world.police()
    await world.mark(police, panel, first)
    results = await review(world, police, panel, first, asker, await world.resident(), chair, last, group=True)
    assert codes(results) == [
        "grant", "groups.marked_already", "groups.not_active", "groups.not_active", "grant", "grant",
    ]  # fmt: skip
    assert [each["person_id"] for each in results[:2]] == [None, str(first.id)]
    looks = (await world.ask("GET", f"/groups/{panel}/ledger", chair)).json()["looks"]
    assert [look["purpose"] for look in looks] == ["To mark a member", PURPOSE]


async def test_nobody_marks_themselves_in_a_review_either(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    member, other = await world.member(chair, panel, secret), await world.member(chair, panel, secret)
    as_member = await world.coordinator(person=member)
    results = await review(world, as_member, panel, member, other)
    assert codes(results) == ["groups.cannot_mark_yourself", "grant"]
    assert results[1]["marking"]["declared_membership"] is True
    as_chair = await world.coordinator(person=chair)
    assert codes(await review(world, as_chair, panel, other, group=True)) == ["groups.cannot_mark_your_own_group"] * 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"household": None}, "groups.declaration_needed"),
        ({"household": True}, "groups.cannot_mark_your_own_group"),
    ],
)
async def test_a_review_declares_the_household(world: World, panel: UUID, body: dict[str, Any], code: str) -> None:
    whole = {"group": True, "purpose": PURPOSE} | body
    answer = await world.ask("POST", f"/staff/groups/{panel}/reviews", await world.police(), whole)
    assert answer.json()["code"] == code


@pytest.mark.parametrize("body", [{}, {"group": True, "purpose": "abc"}, {"person_ids": ["x"], "purpose": PURPOSE}])
async def test_a_review_names_somebody_and_a_purpose(world: World, panel: UUID, body: dict[str, Any]) -> None:
    whole = {"purpose": PURPOSE, "household": False} | body
    answer = await world.ask("POST", f"/staff/groups/{panel}/reviews", await world.police(), whole)
    assert answer.status_code == 422


async def test_twenty_reviews_at_once_mark_everybody_once(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    people = [await world.member(chair, panel, secret) for _ in range(3)]
    police = await world.police()
    found = await asyncio.gather(*(review(world, police, panel, *people, group=True) for _ in range(20)))
    assert (
        sorted(code for results in found for code in codes(results)) == ["grant"] * 4 + ["groups.marked_already"] * 76
    )


async def test_one_idempotency_key_is_one_review(world: World, chair: Principal, panel: UUID) -> None:
    police = await world.police()
    body = {"group": True, "purpose": PURPOSE, "household": False}
    key = {"idempotency-key": f"review-{panel}"}
    path = f"/staff/groups/{panel}/reviews"
    answers = await asyncio.gather(*(world.ask("POST", path, police, body, **key) for _ in range(20)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert codes(answers[0].json()["results"]) == ["grant"]
    assert len((await world.ask("GET", f"/groups/{panel}/ledger", chair)).json()["looks"]) == 1
