"""What changes second factors, asked twenty times at once with one key, has one effect and one answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from shared.testing.passkey import SoftPasskey

from services.identity.tests.api.test_repeating import Asked, has_one_effect
from services.identity.tests.conftest import People, Person

Case = Callable[[People], Awaitable[Asked]]


async def asked(people: People, path: str, person: Person | None = None) -> dict[str, Any]:  # JSON of any shape
    answer = await people.client.post(f"{path}/options", headers=person.headers if person else {})
    options: dict[str, Any] = answer.json()["public_key"]
    return options


async def with_a_passkey(people: People) -> tuple[Person, SoftPasskey]:
    person, passkey = await people.careful_resident(), SoftPasskey()
    body = {"credential": passkey.create(await asked(people, "/me/passkeys", person)), "label": "A key"}
    assert (await people.client.post("/me/passkeys", json=body, headers=person.headers)).status_code == 201
    return person, passkey


async def removing_an_app(people: People) -> Asked:
    person = await people.careful_resident()
    return Asked("DELETE", "/me/authenticator", None, person.headers, "authenticators", -1)


async def asking_to_add_a_passkey(people: People) -> Asked:
    person = await people.resident()
    await asked(people, "/me/passkeys", person)  # sweeps away challenges of other tests that have run out meanwhile
    return Asked("POST", "/me/passkeys/options", None, person.headers, "challenges")


async def adding_a_passkey(people: People) -> Asked:
    person = await people.resident()
    body = {"credential": SoftPasskey().create(await asked(people, "/me/passkeys", person)), "label": "A key"}
    return Asked("POST", "/me/passkeys", body, person.headers, "passkeys")


async def removing_a_passkey(people: People) -> Asked:
    person, _ = await with_a_passkey(people)
    [kept] = (await people.client.get("/me/passkeys", headers=person.headers)).json()
    return Asked("DELETE", f"/me/passkeys/{kept['id']}", None, person.headers, "passkeys", -1)


async def asking_to_sign_in_with_a_passkey(people: People) -> Asked:
    await asked(people, "/sessions/passkey")
    return Asked("POST", "/sessions/passkey/options", None, {}, "challenges")


async def signing_in_with_a_passkey(people: People) -> Asked:
    _, passkey = await with_a_passkey(people)
    body = {"credential": passkey.get(await asked(people, "/sessions/passkey"))}
    return Asked("POST", "/sessions/passkey", body, {}, "sessions")


async def stepping_up_with_a_passkey(people: People) -> Asked:
    person, passkey = await with_a_passkey(people)
    path = "/sessions/current/step-up/passkey"
    body = {"credential": passkey.get(await asked(people, path, person))}
    return Asked("POST", path, body, person.headers, "challenges", -1)


async def making_recovery_codes(people: People) -> Asked:
    person = await people.careful_resident()
    return Asked("POST", "/me/recovery-codes", None, person.headers, "recovery_codes", 10)


async def choosing_mailed_codes(people: People) -> Asked:
    person = await people.resident()
    return Asked("PUT", "/me/mailed-codes", None, person.headers, "ledger")


async def ending_mailed_codes(people: People) -> Asked:
    person = await people.careful_resident()
    await people.client.put("/me/mailed-codes", headers=person.headers)
    return Asked("DELETE", "/me/mailed-codes", None, person.headers, "ledger")


async def asking_for_a_mailed_code(people: People) -> Asked:
    person = await people.resident()
    await people.client.put("/me/mailed-codes", headers=person.headers)
    return Asked("POST", "/sessions/current/mailed-code", None, person.headers, "mail_queue")


CASES: tuple[Case, ...] = (
    removing_an_app,
    asking_to_add_a_passkey,
    adding_a_passkey,
    removing_a_passkey,
    asking_to_sign_in_with_a_passkey,
    signing_in_with_a_passkey,
    stepping_up_with_a_passkey,
    making_recovery_codes,
    choosing_mailed_codes,
    ending_mailed_codes,
    asking_for_a_mailed_code,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_twenty_times_with_one_key_has_one_effect(people: People, case: Case) -> None:
    await has_one_effect(people, await case(people))
