"""Two people of different authorities pause a group's sending and listing, and nothing else (P4)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchPause, PausedAlready
from groups.storage.tables import groups, join_links, memberships, terms
from groups.use_cases.list_groups import view_group
from groups.use_cases.pause_group import ask_for_pause, confirm_pause, read_pause
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import select, text

from services.groups.tests.api.test_group_pages import page_of
from services.groups.tests.conftest import World

REASON = "Neighbours were named in three messages"
CORRELATION = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
FORTNIGHT = timedelta(days=14)


async def ask(world: World, staff: Principal, group: UUID) -> httpx.Response:
    return await world.ask("POST", f"/staff/groups/{group}/pause", staff, {"reason": REASON})


async def confirm(world: World, staff: Principal, group: UUID, pause: str) -> httpx.Response:
    return await world.ask("POST", f"/staff/groups/{group}/pause/confirm", staff, {"pause_id": pause})


async def paused(world: World, group: UUID) -> dict[str, Any]:
    """The group, paused by police and a coordinator."""
    pause = (await ask(world, await world.police(), group)).json()
    answer = await confirm(world, await world.coordinator(), group, pause["id"])
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
async def listed(world: World, chair: Principal) -> UUID:
    group = await world.group(chair, visibility="visible", area="E05009331")
    assert (await world.mark(await world.police(), group)).status_code == 201
    return group


async def test_it_takes_two_authorities_and_the_members_read_why(world: World, chair: Principal, panel: UUID) -> None:
    member, police, coordinator = await world.member(chair, panel), await world.police(), await world.coordinator()
    asker = await world.asker(chair, panel)
    asked = (await ask(world, police, panel)).json()
    assert (asked["asked_authority"], asked["ends_at"]) == ("police", None)
    assert (await world.ask("GET", f"/groups/{panel}", member)).json()["pause"] is None
    seen = (await world.ask("GET", f"/staff/groups/{panel}/pause", coordinator)).json()
    assert (seen["id"], seen["reason"]) == (asked["id"], REASON)
    confirmed = (await confirm(world, coordinator, panel, asked["id"])).json()
    for who in (chair, member):
        assert (await world.ask("GET", f"/groups/{panel}", who)).json()["pause"] == {
            "reason": REASON,
            "until": confirmed["ends_at"],
        }
    assert (await world.ask("GET", f"/groups/{panel}", asker)).json()["pause"] is None


async def test_a_paused_group_is_as_hidden_to_everybody_outside(world: World, chair: Principal, listed: UUID) -> None:
    stranger, page = await world.resident(), await page_of(world, chair, listed)
    directory = "/directory?area=E05009331&limit=100"
    assert str(listed) in (await world.ask("GET", directory)).text
    assert (await world.ask("GET", page)).status_code == 200
    await paused(world, listed)
    assert str(listed) not in (await world.ask("GET", directory)).text
    for path, nothing in (
        (f"/groups/{listed}", "/groups/00000000-0000-7000-8000-000000000001"),
        (page, "/g/AAAAAAAAAAAAAA"),
    ):
        theirs, none = [await world.ask("GET", each, stranger, **CORRELATION) for each in (path, nothing)]
        assert (theirs.status_code, theirs.content, theirs.headers.raw) == (404, none.content, none.headers.raw)


async def test_nobody_writes_to_the_officers_of_a_paused_group(
    world: World, listed: UUID, resources: Resources
) -> None:
    await paused(world, listed)
    question = {"name": "Joe", "email": "joe@council.example", "message": "When do you meet?"}
    assert (await world.ask("POST", f"/directory/{listed}/contact", None, question)).status_code == 202
    told = text(
        "SELECT count(*) FROM outbox WHERE routing_key = 'groups.contact_asked.v1'"
        " AND envelope->'payload'->>'group_id' = :group"
    )
    async with resources.engine.connect() as connection:
        assert await connection.scalar(told, {"group": str(listed)}) == 0


async def test_it_ends_by_itself_after_fourteen_days(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await paused(world, panel)
    for later, is_paused in ((FORTNIGHT - timedelta(minutes=1), True), (FORTNIGHT, False)):
        _, mine = await view_group(resources.unit_of_work(), chair, panel, now() + later)
        assert mine is not None
        assert (mine.pause is not None) is is_paused
    again = await ask_for_pause(
        resources.unit_of_work(), await world.police(), panel, reason=REASON, now=now() + FORTNIGHT
    )
    assert again.number == 2


async def test_what_one_authority_asked_for_lapses_after_seven_days(
    world: World, panel: UUID, resources: Resources
) -> None:
    coordinator = await world.coordinator()
    pause = UUID((await ask(world, await world.police(), panel)).json()["id"])
    later = now() + timedelta(days=7)
    with pytest.raises(NoSuchPause):
        await confirm_pause(resources.unit_of_work(), coordinator, panel, pause, later)
    with pytest.raises(NoSuchPause):
        await read_pause(resources.unit_of_work(), coordinator, panel, later)
    assert (await ask_for_pause(resources.unit_of_work(), coordinator, panel, reason=REASON, now=later)).number == 2


async def test_the_same_authority_does_not_confirm(world: World, panel: UUID) -> None:
    police = await world.police()
    pause = (await ask(world, police, panel)).json()["id"]
    for same in (police, await world.police()):
        assert (await confirm(world, same, panel, pause)).json()["code"] == "groups.two_authorities_pause"


async def test_one_human_with_accounts_of_both_authorities_does_not_pause_alone(world: World, panel: UUID) -> None:
    person = await world.resident()
    pause = (await ask(world, await world.police(person_id=person.id), panel)).json()["id"]
    other = await world.coordinator(person=person)
    assert (await confirm(world, other, panel, pause)).json()["code"] == "groups.two_authorities_pause"


async def test_nobody_pauses_a_group_in_which_they_hold_an_office(world: World, chair: Principal, panel: UUID) -> None:
    coordinator = await world.coordinator(person=chair)
    assert (await ask(world, coordinator, panel)).json()["code"] == "groups.cannot_pause_your_own_group"
    pause = (await ask(world, await world.police(), panel)).json()["id"]
    assert (await confirm(world, coordinator, panel, pause)).json()["code"] == "groups.cannot_pause_your_own_group"


async def test_one_pause_at_a_time(world: World, panel: UUID) -> None:
    police, coordinator = await world.police(), await world.coordinator()
    first = (await ask(world, police, panel)).json()["id"]
    assert (await ask(world, coordinator, panel)).json()["code"] == "groups.paused_already"
    assert (await confirm(world, coordinator, panel, first)).status_code == 200
    assert (await confirm(world, coordinator, panel, first)).json()["code"] == "groups.paused_already"
    assert (await ask(world, coordinator, panel)).json()["code"] == "groups.paused_already"


async def test_what_is_confirmed_is_what_was_read(world: World, panel: UUID) -> None:
    await ask(world, await world.police(), panel)
    other = "00000000-0000-7000-8000-000000000001"
    assert (await confirm(world, await world.coordinator(), panel, other)).json()["code"] == "groups.no_such_pause"


async def test_many_who_ask_and_confirm_at_once_pause_once(world: World, panel: UUID, resources: Resources) -> None:
    police, coordinator = await world.police(), await world.coordinator()
    asked = await asyncio.gather(
        *(ask_for_pause(resources.unit_of_work(), police, panel, reason=REASON, now=now()) for _ in range(20)),
        return_exceptions=True,
    )
    (pause,) = [each for each in asked if not isinstance(each, BaseException)]
    assert [type(each) for each in asked if isinstance(each, BaseException)] == [PausedAlready] * 19
    confirmed = await asyncio.gather(
        *(confirm_pause(resources.unit_of_work(), coordinator, panel, pause.id, now()) for _ in range(20)),
        return_exceptions=True,
    )
    assert [type(each) for each in confirmed if isinstance(each, BaseException)] == [PausedAlready] * 19


async def test_a_pause_touches_nothing_else(world: World, chair: Principal, panel: UUID, resources: Resources) -> None:
    await world.member(chair, panel)

    async def kept() -> list[Any]:  # Any: rows of several tables
        async with resources.engine.connect() as connection:
            return [
                (await connection.execute(select(table).where(table.c[key] == panel).order_by(table.c.id))).all()
                for table, key in (
                    (groups, "id"),
                    (memberships, "group_id"),
                    (terms, "group_id"),
                    (join_links, "group_id"),
                )
            ]

    before = await kept()
    await paused(world, panel)
    assert await kept() == before
    await world.member(chair, panel)


async def test_messaging_is_told_until_when(world: World, panel: UUID, resources: Resources) -> None:
    ends_at = (await paused(world, panel))["ends_at"]
    query = text(
        "SELECT envelope->'payload'->>'paused_until', envelope->>'aggregate_version' FROM outbox"
        " WHERE routing_key = 'groups.pause_changed.v1' AND envelope->'payload'->>'group_id' = :group"
    )
    async with resources.engine.connect() as connection:
        assert list(await connection.execute(query, {"group": str(panel)})) == [(ends_at, "1")]
