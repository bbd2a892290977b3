"""A member's dated yes to an organisation, and its end (P16)."""

import asyncio

import httpx
from identity.storage import tables
from sqlalchemy import select

from services.identity.tests.conftest import People, Person

UNKNOWN = "018f0000-0000-7000-8000-000000000000"


async def consents_of(client: httpx.AsyncClient, person: Person) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = (await client.get("/me/consents", headers=person.headers)).json()
    return listed


async def test_a_consent_is_given_withdrawn_and_given_again_with_its_dates(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person, seen = await people.resident(), list[dict[str, object]]()
    for method in ("PUT", "DELETE", "PUT"):
        assert (await client.request(method, f"/me/consents/{force}", headers=person.headers)).status_code == 204
        seen += await consents_of(client, person)
    assert [each["is_given"] for each in seen] == [True, False, True]
    assert len({each["since"] for each in seen}) == 3
    assert {each["organisation_id"] for each in seen} == {force}


async def test_saying_yes_again_changes_nothing_not_even_the_date(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person = await people.resident()
    await client.put(f"/me/consents/{force}", headers=person.headers)
    before = await consents_of(client, person)
    await client.put(f"/me/consents/{force}", headers=person.headers)
    assert await consents_of(client, person) == before


async def test_withdrawing_what_was_never_given_leaves_nothing(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person = await people.resident()
    assert (await client.delete(f"/me/consents/{force}", headers=person.headers)).status_code == 204
    assert await consents_of(client, person) == []


async def test_each_change_is_told_with_a_growing_version(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person = await people.resident()
    for method in ("PUT", "PUT", "DELETE", "DELETE", "PUT"):
        await client.request(method, f"/me/consents/{force}", headers=person.headers)
    [(consent_id,)] = await people.rows(select(tables.consents.c.id).where(tables.consents.c.person_id == person.id))
    told = await people.told(consent_id)
    assert [(each["state"], each["version"]) for each in told] == [("given", 1), ("withdrawn", 2), ("given", 3)]


async def test_twenty_times_yes_at_once_is_one_consent(client: httpx.AsyncClient, people: People, force: str) -> None:
    person = await people.resident()
    path = f"/me/consents/{force}"
    answers = await asyncio.gather(*(client.put(path, headers=person.headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    rows = await people.rows(select(tables.consents).where(tables.consents.c.person_id == person.id))
    assert [row.version for row in rows] == [1]


async def test_nobody_sees_another_s_consents(client: httpx.AsyncClient, people: People, force: str) -> None:
    one, other = await people.resident(), await people.resident()
    await client.put(f"/me/consents/{force}", headers=one.headers)
    assert await consents_of(client, other) == []


async def test_there_is_no_consent_to_an_organisation_that_is_not_there(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    answer = await client.put(f"/me/consents/{UNKNOWN}", headers=person.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "identity.not_found")
