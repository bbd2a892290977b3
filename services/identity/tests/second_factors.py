"""What tests of second factors do to people and their sessions."""

from datetime import timedelta
from typing import Any

import httpx
from identity.storage import tables
from shared.auth.access import read_access_token
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.issuer import Issuer
from sqlalchemy import select, update

from services.identity.tests.conftest import PASSWORD, People, Person


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def said_by(answer: httpx.Response, issuer: Issuer) -> Principal:
    """What the access token in an answer says."""
    return read_access_token(answer.json()["access_token"], issuer.trust, now())


async def shown_ago(people: People, person: Person, ago: timedelta) -> None:
    """As if whoever sits at this session had shown what they showed so long ago."""
    column = tables.sessions.c
    await people.change(
        update(tables.sessions).where(column.id == person.session_id).values(authenticated_at=now() - ago)
    )


async def of_one_factor(people: People, person: Person) -> None:
    """As if the session had opened with one factor."""
    column = tables.sessions.c
    await people.change(update(tables.sessions).where(column.id == person.session_id).values(assurance="aal1"))
    answer = await people.client.post("/sessions/refresh", json={"refresh_token": person.refresh_token})
    assert answer.json()["assurance"] == "aal1"
    person.is_now(answer.json())


async def sign_in(people: People, person: Person, code: str | None = None) -> httpx.Response:
    body = {"email": person.email, "password": PASSWORD}
    return await people.client.post("/sessions", json=body if code is None else body | {"code": code})


async def recovery_codes(people: People, person: Person, under: str = "/me") -> list[str]:
    answer = await people.client.post(f"{under}/recovery-codes", headers=person.headers)
    assert answer.status_code == 201, answer.text
    codes: list[str] = answer.json()["codes"]
    return codes


async def begin_app(people: People, person: Person, under: str = "/me") -> httpx.Response:
    return await people.client.post(f"{under}/authenticator", headers=person.headers)


async def confirm_app(people: People, person: Person, code: str, under: str = "/me") -> httpx.Response:
    return await people.client.post(f"{under}/authenticator/confirm", json={"code": code}, headers=person.headers)


async def factors(people: People, person: Person, under: str = "/me") -> dict[str, Any]:  # its fields differ in type
    found: dict[str, Any] = (await people.client.get(f"{under}/factors", headers=person.headers)).json()
    return found


async def ledger(people: People, person: Person) -> list[tuple[str, dict[str, str]]]:
    """The lines of a ledger, oldest first, without those of coming and going."""
    column = tables.ledger.c
    chosen = select(column.kind, column.details).where(column.account_id == person.id).order_by(column.id)
    lines = [(str(row.kind), row.details) for row in await people.rows(chosen)]
    return [line for line in lines if line[0] not in {"signed_in", "signed_out", "new_device"}]
