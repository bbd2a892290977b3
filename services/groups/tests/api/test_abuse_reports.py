"""Abuse is reported past the officers: to staff of the area, by who belongs and by anybody about a listed group."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NoSuchGroup, ReportIsClosed, TooManyReports
from groups.storage.tables import abuse_reports
from groups.use_cases.close_abuse_report import close_abuse_report
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.report_abuse import report_abuse
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.identity import PersonErased
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.conftest import WARD, World

QUIET = "E05009332"
TEXT = "The chair shouts at people at their doors"


async def report(world: World, who: Principal, group: UUID, **more: Any) -> httpx.Response:
    return await world.ask("POST", f"/groups/{group}/abuse-reports", who, {"text": TEXT} | more)


async def report_from_outside(world: World, group: UUID, **more: Any) -> httpx.Response:
    return await world.ask("POST", f"/directory/{group}/abuse-reports", None, {"text": TEXT} | more)


async def close(world: World, staff: Principal, report_id: str, note: str = "Talked to the chair") -> httpx.Response:
    return await world.ask("POST", f"/staff/abuse-reports/{report_id}/close", staff, {"note": note})


async def reports(world: World, staff: Principal, group: UUID, query: str = "limit=100") -> list[dict[str, Any]]:
    page = (await world.ask("GET", f"/staff/abuse-reports?{query}", staff)).json()["reports"]
    return [each for each in page if each["group_id"] == str(group)]


async def kept(resources: Resources, group: UUID) -> list[Any]:  # Any: rows as they are
    async with resources.engine.connect() as connection:
        query = select(abuse_reports).where(abuse_reports.c.group_id == group).order_by(abuse_reports.c.id)
        return list((await connection.execute(query)).all())


@pytest.mark.parametrize("state", ["active", "suspended", "removed"])
async def test_who_belongs_or_did_a_month_ago_reports(
    world: World, chair: Principal, panel: UUID, resources: Resources, state: str
) -> None:
    member = await world.member(chair, panel)
    if state != "active":
        ended = {"reason": "Spoke up"}
        if state == "suspended":
            ended["until"] = (now() + timedelta(days=9)).isoformat()
        path = f"/groups/{panel}/memberships/{member.id}/{'suspend' if state == 'suspended' else 'remove'}"
        assert (await world.ask("POST", path, chair, ended)).status_code == 200
    assert (await report(world, member, panel)).status_code == 202
    if state == "removed":
        with pytest.raises(NoSuchGroup):
            later = now() + timedelta(days=30)
            await report_abuse(resources.unit_of_work(), member, panel, TEXT, is_named=False, now=later)
    (seen,) = await reports(world, await world.police(), panel)
    assert (seen["text"], seen["from_member"], seen["reporter"]) == (TEXT, True, None)


async def test_who_left_or_only_asked_reports_as_a_stranger_does(world: World, chair: Principal, panel: UUID) -> None:
    gone, asker = await world.member(chair, panel), await world.asker(chair, panel)
    await world.ask("DELETE", f"/groups/{panel}/membership", gone)
    for who in (gone, asker, await world.resident()):
        answer = await report(world, who, panel)
        assert (answer.status_code, answer.json()["code"]) == (404, "groups.not_found")


async def test_a_name_shows_only_where_its_owner_said_so(world: World, chair: Principal, panel: UUID) -> None:
    quiet, loud = await world.member(chair, panel), await world.member(chair, panel)
    await report(world, quiet, panel)
    await report(world, loud, panel, named=True)
    seen = await reports(world, await world.coordinator(), panel)
    assert [each["reporter"] for each in seen] == [None, "Amina Rahman"]
    assert str(quiet.id) not in str(seen)


async def test_officers_never_learn_of_a_report(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    reads = ["", "/memberships", "/ledger", "/offices", "/markings"]
    before = [(await world.ask("GET", f"/groups/{panel}{path}", chair)).content for path in reads]
    await report(world, member, panel, named=True)
    assert await reports(world, await world.police(), panel)
    assert [(await world.ask("GET", f"/groups/{panel}{path}", chair)).content for path in reads] == before
    assert (await world.ask("GET", "/staff/abuse-reports", chair)).status_code in {403, 404}


async def test_anybody_reports_a_listed_group_and_is_answered_alike_about_any_other(
    world: World, chair: Principal, resources: Resources
) -> None:
    listed, hidden = await world.group(chair, visibility="visible"), await world.group(chair)
    assert (await world.mark(await world.police(), listed)).status_code == 201
    answers = [
        await report_from_outside(world, group, reply_to="joe@council.example") for group in (listed, hidden, new_id())
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b'{"accepted":true}')}
    (seen,) = await reports(world, await world.police(), listed)
    assert (seen["reply_to"], seen["from_member"]) == ("joe@council.example", False)
    assert await kept(resources, hidden) == []


async def test_staff_of_another_area_read_and_close_nothing(world: World, chair: Principal, panel: UUID) -> None:
    await report(world, await world.member(chair, panel), panel)
    (seen,) = await reports(world, await world.police(), panel)
    elsewhere = await world.police("E05009317")
    assert await reports(world, elsewhere, panel) == []
    theirs, none = await close(world, elsewhere, seen["id"]), await close(world, elsewhere, str(new_id()))
    assert (theirs.status_code, theirs.json()["code"]) == (404, "groups.no_such_report")
    assert none.json()["code"] == theirs.json()["code"]


async def test_who_belongs_to_a_group_reads_no_report_of_it_by_any_account(
    world: World, chair: Principal, panel: UUID
) -> None:
    """P5, P6: a chair who is a coordinator too, or police by another account of the same human."""
    member = await world.member(chair, panel)
    await report(world, member, panel)
    [seen] = await reports(world, await world.police(), panel)
    for who in (await world.coordinator(person=chair), await world.police(person_id=chair.id)):
        assert await reports(world, who, panel) == []
        assert (await close(world, who, seen["id"])).json()["code"] == "groups.no_such_report"


async def test_open_ones_come_first_and_a_note_stays_with_its_organisation(world: World, chair: Principal) -> None:
    group = await world.group(chair, area=QUIET)
    member = await world.member(chair, group)
    for number in range(4):
        await report(world, member, group, text=f"Report {number}")
    police, others = await world.police(QUIET), await world.police(QUIET)
    first = await reports(world, police, group)
    assert (await close(world, police, first[1]["id"])).status_code == 204
    assert [each["text"][-1] for each in await reports(world, police, group)] == ["0", "2", "3", "1"]
    one_by_one, query = [], "limit=1"
    while page := (await world.ask("GET", f"/staff/abuse-reports?{query}", police)).json()["reports"]:
        one_by_one.append(page[0]["text"][-1])
        query = f"limit=1&after={page[0]['id']}&after_closed={page[0]['closed_at'] is not None}"
    assert one_by_one == ["0", "2", "3", "1"]
    notes = [(await reports(world, staff, group))[-1]["note"] for staff in (police, others)]
    assert notes == ["Talked to the chair", None]


async def test_a_report_is_closed_once_and_its_reply_address_goes(
    world: World, chair: Principal, resources: Resources
) -> None:
    group = await world.group(chair, visibility="visible", area=WARD)
    police = await world.police()
    await world.mark(police, group)
    await report_from_outside(world, group, reply_to="joe@council.example")
    (row,) = await kept(resources, group)
    outcomes = await asyncio.gather(
        *(close_abuse_report(resources.unit_of_work(), police, row.id, "Done", now()) for _ in range(20)),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if each is not None] == [ReportIsClosed] * 19
    (row,) = await kept(resources, group)
    assert (row.reply_to, row.note) == (None, "Done")


async def test_ten_a_day_of_a_person_and_ten_of_everybody_outside(
    world: World, chair: Principal, resources: Resources
) -> None:
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    member, other = await world.member(chair, group), await world.member(chair, group)
    outcomes = await asyncio.gather(
        *(report_abuse(resources.unit_of_work(), member, group, TEXT, is_named=False, now=now()) for _ in range(20)),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if each is not None] == [TooManyReports] * 10
    assert (await report(world, other, group)).status_code == 202
    assert {(await report_from_outside(world, group)).status_code for _ in range(12)} == {202}
    assert len(await kept(resources, group)) == 10 + 1 + 10
    tomorrow = now() + timedelta(days=1)
    await report_abuse(resources.unit_of_work(), member, group, TEXT, is_named=False, now=tomorrow)


async def test_an_erased_reporter_leaves_neither_themselves_nor_their_words(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member, other = await world.member(chair, panel), await world.member(chair, panel)
    await report(world, member, panel, named=True)
    await report(world, other, panel)
    await world.hear(PersonErased(person_id=member.id, version=9))
    rows = await kept(resources, panel)
    assert [(row.reporter_id, row.is_named, row.text) for row in rows] == [(None, False, ""), (other.id, False, TEXT)]


async def test_a_report_is_two_thousand_characters_at_most(world: World, chair: Principal, panel: UUID) -> None:
    assert (await report(world, chair, panel, text="x" * 2_001)).status_code == 422


async def test_a_closed_report_is_kept_for_a_year_and_an_open_one_until_it_is_closed(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    police, member = await world.police(), await world.member(chair, panel)
    for _ in range(2):
        await report(world, member, panel)
    (closed, _) = await reports(world, police, panel)
    moment = now()
    await close_abuse_report(resources.unit_of_work(), police, UUID(closed["id"]), "Done", moment)
    for days, left in ((364, 2), (365, 1), (3650, 1)):
        await forget_what_is_over(resources.unit_of_work(), moment + timedelta(days=days))
        assert len(await kept(resources, panel)) == left
