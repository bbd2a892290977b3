"""Every route that changes something, asked twenty times at once with one key, has one effect and one answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from identity.storage import tables
from shared.ids import new_id
from sqlalchemy import func, select

from services.identity.tests.conftest import PASSWORD, POLICE_DOMAIN, People, Person, an_address

TIMES = 20


class Asked(NamedTuple):
    """A request, and how many rows of a table it adds."""

    method: str
    path: str
    body: dict[str, Any] | None  # bodies differ by route
    headers: dict[str, str]
    table: str
    adds: int = 1


class Cast(NamedTuple):
    people: People
    administrator: Person
    force: str
    ourwatch: str


Case = Callable[[Cast], Awaitable[Asked]]


async def registering(_: Cast) -> Asked:
    body = {"email": an_address(), "password": PASSWORD, "display_name": "Amina Rahman"}
    return Asked("POST", "/accounts", body, {}, "accounts")


async def signing_in(cast: Cast) -> Asked:
    person = await cast.people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await cast.people.fresh_code(person)}
    return Asked("POST", "/sessions", body, {}, "sessions")


async def going_on(cast: Cast) -> Asked:
    person = await cast.people.resident()
    return Asked("POST", "/sessions/refresh", {"refresh_token": person.refresh_token}, {}, "refresh_tokens")


async def stepping_up(cast: Cast) -> Asked:
    person = await cast.people.careful_resident()
    code = {"code": await cast.people.fresh_code(person)}
    return Asked("POST", "/sessions/current/step-up", code, person.headers, "sessions", 0)


async def opening_a_staff_session(cast: Cast) -> Asked:
    person = await cast.people.coordinator(cast.administrator, cast.ourwatch)
    shown = {"code": await cast.people.fresh_code(person), "declaration": True}
    return Asked("POST", "/sessions/staff", shown, person.headers, "sessions")


async def signing_out(cast: Cast) -> Asked:
    person = await cast.people.resident()
    return Asked("DELETE", "/sessions/current", None, person.headers, "sessions", 0)


async def beginning_an_app(cast: Cast) -> Asked:
    person = await cast.people.resident()
    return Asked("POST", "/me/authenticator", None, person.headers, "authenticators")


async def confirming_an_app(cast: Cast) -> Asked:
    person = await cast.people.resident()
    begun = await cast.people.client.post("/me/authenticator", headers=person.headers)
    person.seed = begun.json()["secret"]
    return Asked("POST", "/me/authenticator/confirm", {"code": person.code()}, person.headers, "mail_queue")


async def giving_a_consent(cast: Cast) -> Asked:
    person = await cast.people.resident()
    return Asked("PUT", f"/me/consents/{cast.force}", None, person.headers, "consents")


async def withdrawing_a_consent(cast: Cast) -> Asked:
    person = await cast.people.resident()
    await cast.people.client.put(f"/me/consents/{cast.force}", headers=person.headers)
    return Asked("DELETE", f"/me/consents/{cast.force}", None, person.headers, "outbox")


async def adding_an_organisation(cast: Cast) -> Asked:
    body = {"name": f"Council {new_id().hex[-6:]}"}
    return Asked("POST", "/staff/organisations", body, cast.administrator.headers, "organisations")


async def inviting(cast: Cast) -> Asked:
    body = {
        "email": an_address("officer", POLICE_DOMAIN),
        "display_name": "PC Lee",
        "organisation_id": cast.force,
        "role": "police",
        "areas": [],
    }
    return Asked("POST", "/staff/accounts", body, cast.administrator.headers, "mail_queue")


async def appointing(cast: Cast) -> Asked:
    person = await cast.people.resident()
    body = {"email": person.email, "organisation_id": cast.ourwatch, "areas": []}
    return Asked("POST", "/staff/appointments", body, cast.administrator.headers, "outbox")


async def suspending(cast: Cast) -> Asked:
    officer = await cast.people.officer(cast.administrator, cast.force)
    return Asked("POST", f"/staff/accounts/{officer.id}/suspend", None, cast.administrator.headers, "mail_queue")


async def adding_a_client(cast: Cast) -> Asked:
    body = {"name": "Control room", "scopes": ["alerts.send"], "areas": []}
    path = f"/staff/organisations/{cast.force}/clients"
    return Asked("POST", path, body, cast.administrator.headers, "machine_clients")


CASES: tuple[Case, ...] = (
    registering,
    signing_in,
    going_on,
    stepping_up,
    opening_a_staff_session,
    signing_out,
    beginning_an_app,
    confirming_an_app,
    giving_a_consent,
    withdrawing_a_consent,
    adding_an_organisation,
    inviting,
    appointing,
    suspending,
    adding_a_client,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_twenty_times_with_one_key_has_one_effect(
    people: People, administrator: Person, force: str, ourwatch: str, case: Case
) -> None:
    await has_one_effect(people, await case(Cast(people, administrator, force, ourwatch)))


async def has_one_effect(people: People, asked: Asked) -> None:
    """Asks twenty times at once with one key."""
    count = select(func.count()).select_from(tables.metadata.tables[asked.table])
    [(before,)] = await people.rows(count)
    headers = asked.headers | {"idempotency-key": new_id().hex}
    answers = await asyncio.gather(
        *(people.client.request(asked.method, asked.path, json=asked.body, headers=headers) for _ in range(TIMES))
    )
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert answers[0].is_success
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == TIMES - 1
    [(after,)] = await people.rows(count)
    assert after - before == asked.adds
