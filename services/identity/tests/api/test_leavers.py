"""Whoever leaves: what opened their account is forgotten, what they did stays, and they may come back."""

import pytest
from identity.storage import tables
from shared.clock import now
from shared.ids import new_id
from sqlalchemy import insert, select

from services.identity.tests.api.test_managing_staff import act, ended
from services.identity.tests.conftest import POLICE_DOMAIN, People, Person, invite


@pytest.fixture
async def leaver(people: People, administrator: Person, force: str) -> Person:
    return await people.officer(administrator, force)


async def test_what_opened_a_closed_account_is_forgotten(people: People, administrator: Person, leaver: Person) -> None:
    code = await people.fresh_code(leaver)
    await people.client.post("/staff/sessions/current/step-up", json={"code": code}, headers=leaver.headers)
    made = await people.client.post("/staff/me/recovery-codes", headers=leaver.headers)
    assert made.status_code == 201
    passkey = {"id": new_id(), "account_id": leaver.id, "credential_id": new_id().bytes, "public_key": b"", "label": ""}
    await people.change(insert(tables.passkeys).values(**passkey, sign_count=0, added_at=now()))
    subject = {"issuer": "https://sign-in.example", "subject": new_id().hex, "account_id": leaver.id}
    [(force,)] = await people.rows(select(tables.accounts.c.organisation_id).where(tables.accounts.c.id == leaver.id))
    await people.change(insert(tables.provider_subjects).values(**subject, organisation_id=force, linked_at=now()))
    await act(people, administrator, leaver, "close")
    for table in (tables.authenticators, tables.passkeys, tables.recovery_codes, tables.provider_subjects):
        assert await people.rows(select(table).where(table.c.account_id == leaver.id)) == [], table.name
    hashed = select(tables.accounts.c.password_hash).where(tables.accounts.c.id == leaver.id)
    assert (await people.rows(hashed))[0].password_hash is None


async def test_whoever_comes_back_has_a_new_account_and_the_old_one_stays_for_what_it_did(
    people: People, administrator: Person, leaver: Person, force: str
) -> None:
    await act(people, administrator, leaver, "close")
    assert (await invite(people, administrator, leaver.email, force)).status_code == 202
    back = await people.accept(Person(leaver.email), await people.link_to(leaver.email))
    assert back.id != leaver.id
    states = select(tables.accounts.c.id, tables.accounts.c.state).where(tables.accounts.c.email == leaver.email)
    assert {row.id: row.state.value for row in await people.rows(states)} == {leaver.id: "closed", back.id: "active"}
    await people.sign_in(back)
    assert (await act(people, administrator, back, "close")).status_code == 204
    assert (await invite(people, administrator, leaver.email, force)).status_code == 202


async def test_a_session_ends_as_it_goes_on_once_its_address_is_outside_the_domains(
    people: People, administrator: Person
) -> None:
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police", "email_domains": [POLICE_DOMAIN]}
    made = await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    kent = made.json()["id"]
    officers = [await people.officer(administrator, kent) for _ in range(2)]
    path = f"/staff/organisations/{kent}/email-domains"
    for domains, outside in ((["kent.example"], 2), ([POLICE_DOMAIN, "kent.example"], 0)):
        narrowed = {"email_domains": domains}
        answer = await people.client.put(path, json=narrowed, headers=administrator.headers)
        assert answer.json() == {"accounts_outside": outside}
        if outside:
            assert str(officers[0].session_id) not in await ended(people)
            refused = await people.client.post("/sessions/refresh", json={"refresh_token": officers[0].refresh_token})
            assert refused.json()["code"] == "identity.session_over"
    # It ended, for good; whoever did not come by meanwhile goes on.
    assert str(officers[0].session_id) in await ended(people)
    goes_on = await people.client.post("/sessions/refresh", json={"refresh_token": officers[1].refresh_token})
    assert goes_on.status_code == 200
