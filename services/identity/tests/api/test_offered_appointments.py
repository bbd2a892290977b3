"""An appointment is offered to an address: it tells of nobody's account, and what runs out ends by itself."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from identity.bootstrap import Resources
from identity.domain.retention import Retention
from identity.storage import tables
from identity.use_cases.end_appointment import end_run_out_appointments
from identity.use_cases.keep_no_longer import remove_unconfirmed
from shared.clock import now
from sqlalchemy import select, update

from services.identity.tests.api.test_coordinators import open_staff
from services.identity.tests.conftest import PASSWORD, People, Person, an_address


async def listed(people: People, administrator: Person, email: str) -> list[dict[str, object]]:
    """What the list of appointments says of an address, the oldest first."""
    found: list[dict[str, object]] = []
    after: dict[str, str] = {}
    while True:
        asked = {"limit": "3", **after}
        page = await people.client.get("/staff/appointments", params=asked, headers=administrator.headers)
        if not page.json()["appointments"]:
            return [each for each in found if each["email"] == email]
        found += page.json()["appointments"]
        after = {"after": str(found[-1]["id"])}


async def states(people: People, person: Person) -> list[str]:
    """What the others were told of an appointment."""
    return [each["state"] for each in await people.told(person.id) if each["type"] == "identity.staff_changed.v1"]


async def test_appointing_answers_alike_for_anybody(people: People, administrator: Person, ourwatch: str) -> None:
    known, staff = await people.resident(), administrator
    answers = [
        await people.client.post(
            "/staff/appointments",
            json={"email": email, "organisation_id": ourwatch, "areas": []},
            headers=administrator.headers,
        )
        for email in (known.email, staff.email, an_address())
    ]
    assert len({(answer.status_code, answer.content, tuple(sorted(answer.headers))) for answer in answers}) == 1
    assert answers[0].status_code == 202


async def test_what_waits_is_listed_and_ended_alike_whoever_has_the_address(
    people: People, administrator: Person, ourwatch: str
) -> None:
    known, unknown = (await people.resident()).email, an_address()
    told: dict[str, list[Any]] = {}  # rows of any shape
    for email in (known, unknown):
        for areas in ([], ["E09000030"]):
            body = {"email": email.upper(), "organisation_id": ourwatch, "areas": areas}
            await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
        waiting = await listed(people, administrator, email)
        ended = [await people.client.delete(_path(waiting[-1]), headers=administrator.headers) for _ in range(2)]
        ledger = await people.client.get("/staff/me/ledger", params={"limit": 3}, headers=administrator.headers)
        lines = [(line["kind"], set(line["details"])) for line in ledger.json()["lines"]]
        after = await listed(people, administrator, email)
        told[email] = [*map(_without_ids, waiting), *map(_without_ids, after), lines, *(a.status_code for a in ended)]
    assert told[known] == told[unknown]
    assert [each["state"] for each in told[known][:4]] == ["ended", "waiting", "ended", "ended"]
    assert told[known][-2:] == [204, 409]


def _path(offer: dict[str, object]) -> str:
    return f"/staff/appointments/{offer['id']}"


def _without_ids(offer: dict[str, object]) -> dict[str, object]:
    changing = {"id", "email", "appointed_at", "ended_at"}
    return {name: name if name in changing and value else value for name, value in offer.items()}


async def test_who_took_it_up_is_listed_once_with_their_name(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    [waiting] = await listed(people, administrator, person.email)
    assert (waiting["state"], waiting["person_id"], waiting["display_name"]) == ("waiting", None, None)
    await open_staff(people, person)
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E05009317"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    [active] = await listed(people, administrator, person.email)
    assert (active["id"], active["state"], active["areas"]) == (waiting["id"], "active", ["E05009317"])
    assert (active["person_id"], active["display_name"]) == (str(person.id), "Amina Rahman")
    moved = {"email": an_address("moved")}
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(moved))
    await people.client.post("/staff/appointments", json=again | moved, headers=administrator.headers)
    assert [each["state"] for each in await listed(people, administrator, moved["email"])] == ["active"]


async def test_a_term_that_is_over_before_it_begins_is_refused(
    people: People, administrator: Person, ourwatch: str
) -> None:
    body = {"email": an_address(), "organisation_id": ourwatch, "areas": [], "until": "2026-01-01T00:00:00Z"}
    answer = await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "identity.until_is_past")
    assert await listed(people, administrator, str(body["email"])) == []


@pytest.mark.parametrize("times", [1, 2])
async def test_a_term_that_runs_out_ends_the_staff_session_and_is_told_once(
    people: People, administrator: Person, ourwatch: str, resources: Resources, times: int
) -> None:
    until = now() + timedelta(days=1)
    person = await people.coordinator(administrator, ourwatch, until=until.isoformat())
    opened = (await open_staff(people, person)).json()
    assert await states(people, person) == ["active"]
    await end_run_out_appointments(resources.unit_of_work, until - timedelta(seconds=1))
    assert await states(people, person) == ["active"]
    for _ in range(times):
        await end_run_out_appointments(resources.unit_of_work, until)
    assert await states(people, person) == ["active", "ended"]
    column = tables.sessions.c
    open_now = select(column.id).where(column.account_id == person.id, column.ended_at.is_(None))
    assert [row.id for row in await people.rows(open_now)] == [person.session_id]
    assert str(opened["session_id"]) != str(person.session_id)
    [offer] = await listed(people, administrator, person.email)
    assert offer["state"] == "ended"


async def test_an_appointment_that_nobody_takes_up_lapses_after_thirty_days_alike(
    people: People, administrator: Person, ourwatch: str, resources: Resources
) -> None:
    silent, unknown = await people.coordinator(administrator, ourwatch), an_address()
    body = {"email": unknown, "organisation_id": ourwatch, "areas": []}
    await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    for days, left in ((29, 1), (31, 0)):
        await end_run_out_appointments(resources.unit_of_work, now() + timedelta(days=days))
        for email in (silent.email, unknown):
            assert len(await listed(people, administrator, email)) == left
    assert await states(people, silent) == ["active", "ended"]


async def test_an_appointment_that_cannot_be_ended_holds_up_no_other(
    people: People, administrator: Person, ourwatch: str, resources: Resources
) -> None:
    until = now() + timedelta(days=1)
    bad, good = [await people.coordinator(administrator, ourwatch, until=until.isoformat()) for _ in range(2)]
    # As after a mistake by hand: no number follows this one.
    column, highest = tables.appointments.c, 2**31 - 1
    await people.change(update(tables.appointments).where(column.person_id == bad.id).values(version=highest))
    await end_run_out_appointments(resources.unit_of_work, until)
    assert [(await states(people, person))[1:] for person in (bad, good)] == [[], ["ended"]]
    await people.change(update(tables.appointments).where(column.person_id == bad.id).values(version=5))
    await end_run_out_appointments(resources.unit_of_work, until)
    assert (await states(people, bad))[1:] == ["ended"]


async def test_whoever_is_erased_is_no_longer_among_what_was_asked(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = Person(an_address())
    body = {"email": person.email, "organisation_id": ourwatch, "areas": []}
    await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    person = await people.resident(person.email)
    await people.client.post("/me/erasure", json={"password": person.password}, headers=person.headers)
    assert await listed(people, administrator, person.email) == []


async def test_who_only_registers_a_coordinators_address_takes_no_offer_away(
    people: People, administrator: Person, ourwatch: str, resources: Resources
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    body = {"email": person.email, "shared_as": "zzz", "password": PASSWORD, "display_name": "A Stranger"}
    await people.client.post("/accounts", json=body)
    await people.link_to(person.email)
    await remove_unconfirmed(resources.unit_of_work, Retention(), now() + timedelta(days=9))
    assert [each["state"] for each in await listed(people, administrator, person.email)] == ["waiting"]


async def test_an_offer_that_was_ended_stays_ended_beside_a_later_one(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await open_staff(people, person)
    [first] = await listed(people, administrator, person.email)
    await people.client.delete(_path(first), headers=administrator.headers)
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E05009317"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    await open_staff(people, person)
    assert [each["state"] for each in await listed(people, administrator, person.email)] == ["ended", "active"]
    assert (await people.client.delete(_path(first), headers=administrator.headers)).status_code == 409
    assert [each["state"] for each in await listed(people, administrator, person.email)] == ["ended", "active"]


async def test_one_offer_waits_at_an_address_however_many_are_made_at_once(
    people: People, administrator: Person, ourwatch: str
) -> None:
    for email in ((await people.resident()).email, an_address()):
        body = {"email": email, "organisation_id": ourwatch, "areas": []}
        asking = [people.client.post("/staff/appointments", json=body, headers=administrator.headers) for _ in range(8)]
        await asyncio.gather(*asking)
        assert [each["state"] for each in await listed(people, administrator, email)].count("waiting") == 1


async def test_who_is_appointed_again_after_the_term_declares_before_they_go_on(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch, until=(now() + timedelta(days=1)).isoformat())
    opened = (await open_staff(people, person)).json()
    held = tables.appointments
    over = update(held).where(held.c.person_id == person.id).values(until=now() - timedelta(seconds=1))
    await people.change(over)
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E09000030"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    answer = await people.client.post("/sessions/refresh", json={"refresh_token": opened["refresh_token"]})
    assert answer.json()["code"] == "identity.session_over"
