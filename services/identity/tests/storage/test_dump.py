"""Whoever steals a copy of the database finds no secret in it that opens anything."""

import base64

import httpx
from identity.storage.tables import metadata
from shared.ids import new_id
from sqlalchemy import select

from services.identity.tests.browser import Browser
from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address


async def everything(people: People) -> bytes:
    """All rows of all tables, also what stands in them in binary."""
    found = [value for table in metadata.sorted_tables for row in await people.rows(select(table)) for value in row]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in found)


async def test_a_copy_of_the_database_holds_no_secret(
    client: httpx.AsyncClient, people: People, link_to: LinkTo, officer: Person
) -> None:
    key = {"idempotency-key": new_id().hex}
    person = Person(an_address())
    body = {"email": person.email, "password": PASSWORD, "display_name": "Amina Rahman"}
    await client.post("/accounts", json=body, headers={"idempotency-key": new_id().hex})
    link = await link_to(person.email)
    await client.post("/accounts/confirm", data={"secret": link, "password": PASSWORD})
    signed = (await client.post("/sessions", json={"email": person.email, "password": PASSWORD}, headers=key)).json()
    person.is_now(signed)
    browser = Browser(people)
    signing_in = {"email": person.email, "password": PASSWORD, "browser": True}
    await browser.post("/sessions", signing_in, {"idempotency-key": new_id().hex})
    enrolment = await client.post("/me/authenticator", headers=person.headers | {"idempotency-key": new_id().hex})
    person.seed = enrolment.json()["secret"]
    refreshed = await client.post(
        "/sessions/refresh", json={"refresh_token": signed["refresh_token"]}, headers={"idempotency-key": new_id().hex}
    )
    confirmed = await client.post("/me/authenticator/confirm", json={"code": person.code()}, headers=person.headers)
    person.is_now(confirmed.json())
    recovery = await client.post("/me/recovery-codes", headers=person.headers | {"idempotency-key": new_id().hex})
    codes = recovery.json()["codes"]
    copy = await everything(people)
    assert person.email.encode() in copy  # the copy is a copy
    secrets = [PASSWORD, link, signed["access_token"], signed["refresh_token"], person.seed, officer.seed]
    secrets += browser.jar.values()
    secrets += [refreshed.json()["refresh_token"], refreshed.json()["access_token"], key["idempotency-key"]]
    for secret in secrets:
        assert secret.encode() not in copy
    for code in codes:
        assert code.encode() not in copy
        assert base64.b32decode(code.replace("-", "")) not in copy
    for seed in (person.seed, officer.seed):
        assert base64.b32decode(seed) not in copy
