"""A member sees what is held about them, corrects it and takes it along (P29)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.consents import CURRENT_WORDING, WORDINGS
from identity.domain.errors import SecondFactorNeeded, SignInAgain
from identity.storage import tables
from identity.use_cases.export import export
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from services.identity.tests.conftest import PASSWORD, People, Person

PERSON, STAFF = "identity.person_changed.v1", "identity.staff_changed.v1"
LATER = timedelta(minutes=6)


async def lines(client: httpx.AsyncClient, person: Person, query: str = "", path: str = "/me/ledger") -> list[Any]:
    answer = await client.get(f"{path}{query}", headers=person.headers)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["lines"]  # details differ by kind
    return found


async def test_the_ledger_is_read_newest_first_in_pages(client: httpx.AsyncClient, people: People, force: str) -> None:
    person = await people.resident()
    for method in ("PUT", "DELETE", "PUT"):
        await client.request(method, f"/me/consents/{force}", headers=person.headers)
    whole = await lines(client, person)
    assert [each["kind"] for each in whole][:3] == ["consent_given", "consent_withdrawn", "consent_given"]
    assert "Metropolitan Police" in whole[0]["details"]["organisation"]
    first = await lines(client, person, "?limit=2")
    assert first + await lines(client, person, f"?after={first[-1]['id']}") == whole


async def test_nobody_reads_another_s_ledger(client: httpx.AsyncClient, people: People, force: str) -> None:
    one, other = await people.resident(), await people.resident()
    await client.put(f"/me/consents/{force}", headers=one.headers)
    [newest, *_] = await lines(client, one)
    assert newest["id"] not in {each["id"] for each in await lines(client, other)}
    staff = await client.get("/staff/me/ledger", headers=other.headers)
    assert staff.status_code == 403


async def test_staff_read_their_own_ledger(client: httpx.AsyncClient, officer: Person) -> None:
    assert isinstance(await lines(client, officer, path="/staff/me/ledger"), list)
    assert (await client.get("/me/ledger", headers=officer.headers)).status_code == 403


async def test_a_corrected_name_is_told_to_everybody_who_has_a_copy(
    client: httpx.AsyncClient, people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    answer = await client.patch("/me", json={"display_name": " Amina Begum "}, headers=person.headers)
    assert (answer.status_code, answer.json()["display_name"]) == (200, "Amina Begum")
    told = await people.told(person.id)
    newest = {each["type"]: each for each in told}
    assert (newest[PERSON]["display_name"], newest[PERSON]["version"]) == ("Amina Begum", 3)
    assert (newest[STAFF]["display_name"], newest[STAFF]["version"]) == ("Amina Begum", 2)
    assert (await lines(client, person))[0]["details"] == {"fields": "display_name"}


async def test_what_is_not_given_stays_and_an_area_may_be_taken_back(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    changed = await client.patch("/me", json={"area": "E05009317"}, headers=person.headers)
    assert (changed.json()["area"], changed.json()["display_name"]) == ("E05009317", "Amina Rahman")
    before = await people.told(person.id)
    await client.patch("/me", json={"area": "E05009317"}, headers=person.headers)
    assert await people.told(person.id) == before
    assert (await client.patch("/me", json={"area": None}, headers=person.headers)).json()["area"] is None


@pytest.mark.parametrize(
    "body", [{"display_name": None}, {"display_name": " "}, {"email": "a@example.org"}, {"plane": "staff"}, {"area": 7}]
)
async def test_nothing_else_is_corrected(client: httpx.AsyncClient, people: People, body: dict[str, object]) -> None:
    person = await people.resident()
    assert (await client.patch("/me", json=body, headers=person.headers)).status_code == 422


async def test_each_consent_and_its_end_leaves_a_receipt_with_the_words_that_were_read(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person = await people.resident()
    for method in ("PUT", "PUT", "DELETE", "PUT"):
        await client.request(method, f"/me/consents/{force}", headers=person.headers)
    receipts = (await client.get("/me/consents/receipts", headers=person.headers)).json()
    assert [each["is_given"] for each in receipts] == [True, False, True]
    assert {each["organisation_id"] for each in receipts} == {force}
    assert {each["wording"] for each in receipts} == {WORDINGS[CURRENT_WORDING]}


async def test_a_receipt_cannot_be_changed_or_removed(client: httpx.AsyncClient, people: People, force: str) -> None:
    person = await people.resident()
    await client.put(f"/me/consents/{force}", headers=person.headers)
    mine = tables.consent_receipts.c.person_id == person.id
    changed = update(tables.consent_receipts).where(mine).values(is_given=False)
    for statement in (changed, delete(tables.consent_receipts).where(mine)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await people.change(statement)


async def test_the_export_has_every_row_of_the_person_and_no_secret(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person, other = await people.careful_resident(), await people.resident()
    for each in (person, other):
        await client.put(f"/me/consents/{force}", headers=each.headers)
    answer = await client.get("/me/export", headers=person.headers)
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    taken = answer.json()
    assert taken["accounts"][0]["email"] == person.email
    assert len(taken["sessions"]) == len(taken["refresh_tokens"]) == 1
    assert {each["kind"] for each in taken["ledger"]} >= {"signed_in", "consent_given", "exported"}
    assert [each["organisation_id"] for each in taken["consents"]] == [force]
    [(hashed,)] = await people.rows(select(tables.accounts.c.password_hash).where(tables.accounts.c.id == person.id))
    for secret in (hashed, PASSWORD, person.seed, person.refresh_token, other.email, str(other.id)):
        assert secret not in answer.text


async def test_the_export_asks_for_a_fresh_second_factor_where_there_is_one(
    people: People, resources: Resources, actor_of: Callable[[Person], Principal]
) -> None:
    careful = await people.careful_resident()
    actor = actor_of(careful)
    await export(resources.unit_of_work(), actor, now=now())
    with pytest.raises(SecondFactorNeeded):
        await export(resources.unit_of_work(), actor, now=now() + LATER)
    stepped_down = actor_of(await people.resident())
    one_factor = type(actor)(**{name: getattr(stepped_down, name) for name in actor.__slots__} | {"id": actor.id})
    with pytest.raises(SecondFactorNeeded):
        await export(resources.unit_of_work(), one_factor, now=now())


async def test_the_export_asks_for_a_fresh_sign_in_where_there_is_no_second_factor(
    people: People, resources: Resources, actor_of: Callable[[Person], Principal]
) -> None:
    actor = actor_of(await people.resident())
    assert await export(resources.unit_of_work(), actor, now=now())
    with pytest.raises(SignInAgain):
        await export(resources.unit_of_work(), actor, now=now() + LATER)
