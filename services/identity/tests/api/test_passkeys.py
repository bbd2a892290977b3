"""Passkeys: one step signs in, a challenge is answered once, and nothing but the very passkey will do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from identity.storage import tables
from shared.auth.access import read_access_token
from shared.auth.principal import Assurance, Plane, Principal
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.testing.issuer import Issuer
from shared.testing.passkey import SoftPasskey
from sqlalchemy import func, select, update

from services.identity.tests.conftest import People, Person

SIGN_IN, STEP_UP, STAFF_SESSION = "/sessions/passkey", "/sessions/current/step-up/passkey", "/sessions/staff/passkey"


async def asked(people: People, path: str, person: Person | None = None) -> dict[str, Any]:  # JSON of any shape
    answer = await people.client.post(f"{path}/options", headers=person.headers if person else {})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["public_key"]
    return options


async def added(people: People, person: Person, passkey: SoftPasskey, under: str = "/me") -> httpx.Response:
    credential = passkey.create(await asked(people, f"{under}/passkeys", person))
    body = {"credential": credential, "label": "Amina’s phone"}
    return await people.client.post(f"{under}/passkeys", json=body, headers=person.headers)


async def with_a_passkey(people: People, person: Person) -> SoftPasskey:
    passkey = SoftPasskey()
    answer = await added(people, person, passkey)
    assert answer.status_code == 201, answer.text
    person.is_now(answer.json())
    return passkey


async def sign_in(people: People, passkey: SoftPasskey, **more: str) -> httpx.Response:
    return await people.client.post(SIGN_IN, json={"credential": passkey.get(await asked(people, SIGN_IN)), **more})


def said_by(answer: httpx.Response, issuer: Issuer) -> Principal:
    return read_access_token(answer.json()["access_token"], issuer.trust, now())


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


REFUSED = (403, "identity.passkey_refused")


async def test_a_passkey_is_asked_for_with_a_name_kept_in_it_and_a_check_of_who_holds_it(people: People) -> None:
    options = await asked(people, "/me/passkeys", await people.resident())
    assert options["rp"]["id"] == "ourwatch.test"
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")


async def test_a_passkey_alone_signs_in_with_two_factors(people: People, issuer: Issuer) -> None:
    person = await people.resident()
    passkey = await with_a_passkey(people, person)
    answer = await sign_in(people, passkey)
    assert answer.status_code == 201
    said = said_by(answer, issuer)
    assert (said.id, said.plane, said.assurance) == (person.id, Plane.MEMBER, Assurance.TWO_FACTORS)
    again = await people.client.post("/sessions/refresh", json={"refresh_token": answer.json()["refresh_token"]})
    assert again.status_code == 200


async def test_a_passkey_on_anothers_or_a_forgotten_device_comes_with_a_new_one(people: People) -> None:
    person, other = await people.resident(), await people.resident()
    passkey = await with_a_passkey(people, person)
    body = {"email": other.email, "password": other.password}
    token = (await people.client.post("/sessions", json=body)).json()["device_token"]
    own = (await sign_in(people, passkey)).json()["device_token"]
    told = [(await sign_in(people, passkey, device_token=each)).json()["device_token"] for each in (token, own)]
    assert [each is None for each in told] == [False, True]
    await people.change(
        update(tables.devices).where(tables.devices.c.account_id == person.id).values(forgotten_at=now())
    )
    assert (await sign_in(people, passkey, device_token=own)).json()["device_token"] not in {own, None}


async def test_staff_sign_in_with_a_passkey_on_the_staff_plane(
    people: People, administrator: Person, force: str, issuer: Issuer
) -> None:
    officer, passkey = await people.officer(administrator, force), SoftPasskey()
    assert (await added(people, officer, passkey, "/staff/me")).status_code == 201
    said = said_by(await sign_in(people, passkey), issuer)
    assert (said.id, said.plane, said.assurance) == (officer.id, Plane.STAFF, Assurance.TWO_FACTORS)


async def test_adding_a_passkey_raises_the_session_and_tells_the_owner(
    people: People, issuer: Issuer, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    person = await people.resident()
    answer = await added(people, person, SoftPasskey())
    assert said_by(answer, issuer).assurance is Assurance.TWO_FACTORS
    listed = (await people.client.get("/me/passkeys", headers=person.headers)).json()
    assert [each["label"] for each in listed] == ["Amina’s phone"]
    lines = select(tables.ledger.c.kind, tables.ledger.c.details).where(tables.ledger.c.account_id == person.id)
    assert ("passkey_added", {"label": "Amina’s phone"}) in [
        (row.kind, row.details) for row in await people.rows(lines)
    ]
    await send_mail()
    assert "“Amina’s phone”" in mailbox.messages(to=person.email)[-1].get_content()


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://ourwatch.test.example"},
        {"origin": "http://ourwatch.test:8080"},
        {"origin": "https://ourwatch.test"},
        {"rp_id": "example.org"},
        {"verifies": False},
        {"cross_origin": True},
    ],
    ids=str,
)
async def test_what_another_page_asked_for_or_nobody_checked_is_refused(people: People, wrong: dict[str, Any]) -> None:
    person = await people.resident()
    assert refusal(await added(people, person, SoftPasskey(**wrong))) == REFUSED
    passkey = await with_a_passkey(people, person)
    for name, value in wrong.items():
        setattr(passkey, name, value)
    assert refusal(await sign_in(people, passkey)) == REFUSED
    shown = {"credential": passkey.get(await asked(people, STEP_UP, person))}
    assert refusal(await people.client.post(STEP_UP, json=shown, headers=person.headers)) == REFUSED


async def test_a_challenge_is_answered_once(people: People) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    shown = {"credential": passkey.get(await asked(people, SIGN_IN))}
    assert (await people.client.post(SIGN_IN, json=shown)).status_code == 201
    assert refusal(await people.client.post(SIGN_IN, json=shown)) == REFUSED


async def test_a_challenge_answered_again_with_a_newer_count_is_refused(people: People) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    options = await asked(people, SIGN_IN)
    assert (await people.client.post(SIGN_IN, json={"credential": passkey.get(options)})).status_code == 201
    assert refusal(await people.client.post(SIGN_IN, json={"credential": passkey.get(options)})) == REFUSED


async def test_of_twenty_answers_to_one_challenge_one_wins(people: People) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    options = await asked(people, SIGN_IN)
    shown = [{"credential": passkey.get(options)} for _ in range(20)]
    answers = await asyncio.gather(*(people.client.post(SIGN_IN, json=each) for each in shown))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19


async def test_a_challenge_lasts_five_minutes_and_is_dropped_with_the_next(people: People) -> None:
    passkey, column = await with_a_passkey(people, await people.resident()), tables.challenges.c
    options = await asked(people, SIGN_IN)
    await people.change(update(tables.challenges).values(made_at=column.made_at - timedelta(minutes=5)))
    assert refusal(await people.client.post(SIGN_IN, json={"credential": passkey.get(options)})) == REFUSED
    await asked(people, SIGN_IN)
    old = select(func.count()).where(column.made_at <= now() - timedelta(minutes=5))
    assert (await people.rows(old))[0][0] == 0


async def test_an_answer_for_one_purpose_serves_no_other(people: People) -> None:
    person = await people.resident()
    passkey = await with_a_passkey(people, person)
    for path, other in ((SIGN_IN, STEP_UP), (STEP_UP, SIGN_IN), (STAFF_SESSION, STEP_UP)):
        shown = {"credential": passkey.get(await asked(people, path, person if path != SIGN_IN else None))}
        assert refusal(await people.client.post(other, json=shown, headers=person.headers)) == REFUSED


async def test_a_challenge_of_one_account_serves_no_other(people: People) -> None:
    person, other = await people.resident(), await people.resident()
    passkey = await with_a_passkey(people, person)
    shown = {"credential": passkey.get(await asked(people, STEP_UP, other))}
    assert refusal(await people.client.post(STEP_UP, json=shown, headers=person.headers)) == REFUSED


async def test_another_account_s_passkey_steps_nothing_up_and_signs_in_as_nobody(people: People) -> None:
    person, other = await people.resident(), await people.resident()
    passkey = await with_a_passkey(people, person)
    shown = {"credential": passkey.get(await asked(people, STEP_UP, other))}
    assert refusal(await people.client.post(STEP_UP, json=shown, headers=other.headers)) == REFUSED
    passkey.user_handle = other.id.bytes
    assert refusal(await sign_in(people, passkey)) == REFUSED


async def test_another_key_under_a_known_name_is_refused(people: People) -> None:
    person = await people.resident()
    passkey = await with_a_passkey(people, person)
    forged = SoftPasskey(credential_id=passkey.credential_id, user_handle=person.id.bytes, sign_count=9)
    assert refusal(await sign_in(people, forged)) == REFUSED
    assert (
        refusal(await added(people, await people.resident(), SoftPasskey(credential_id=passkey.credential_id)))
        == REFUSED
    )


async def test_a_count_that_goes_back_is_refused(people: People) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    passkey.sign_count = 7
    assert (await sign_in(people, passkey)).status_code == 201
    passkey.sign_count = 6
    assert refusal(await sign_in(people, passkey)) == REFUSED
    passkey.sign_count = -1  # a key that says zero from now on
    assert refusal(await sign_in(people, passkey)) == REFUSED


async def test_a_key_that_never_counts_goes_on(people: People) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    for _ in range(2):
        passkey.sign_count = -1
        assert (await sign_in(people, passkey)).status_code == 201


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": "eA", "rawId": "eA", "type": "public-key", "response": {}},
        {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "signature": "eA"}},
        {"id": 1, "rawId": ["eA"], "type": None, "response": "x"},
    ],
)
async def test_what_is_no_answer_at_all_is_refused(people: People, broken: dict[str, Any]) -> None:
    person = await people.resident()
    assert refusal(await people.client.post(SIGN_IN, json={"credential": broken})) == REFUSED
    body = {"credential": broken, "label": "x"}
    assert refusal(await people.client.post("/me/passkeys", json=body, headers=person.headers)) == REFUSED


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
async def test_a_garbled_part_is_refused(people: People, part: str) -> None:
    passkey = await with_a_passkey(people, await people.resident())
    credential = passkey.get(await asked(people, SIGN_IN))
    for garbage in ("AAAA", "", "äö", "A" * 2000):
        response = credential["response"] | {part: garbage}
        answer = await people.client.post(SIGN_IN, json={"credential": credential | {"response": response}})
        assert refusal(answer) == REFUSED


async def test_a_passkey_steps_up(people: People, issuer: Issuer) -> None:
    person = await people.resident()
    passkey = await with_a_passkey(people, person)
    stale = now().replace(year=2020)
    await people.change(
        update(tables.sessions).where(tables.sessions.c.id == person.session_id).values(authenticated_at=stale)
    )
    shown = {"credential": passkey.get(await asked(people, STEP_UP, person))}
    answer = await people.client.post(STEP_UP, json=shown, headers=person.headers)
    assert (now() - said_by(answer, issuer).authenticated_at).total_seconds() < 60


async def test_a_coordinator_opens_the_staff_session_with_a_passkey(
    people: People, administrator: Person, ourwatch: str, issuer: Issuer
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    passkey = await with_a_passkey(people, person)
    shown = {"credential": passkey.get(await asked(people, STAFF_SESSION, person)), "declaration": True}
    answer = await people.client.post(STAFF_SESSION, json=shown, headers=person.headers)
    said = said_by(answer, issuer)
    assert (said.id, said.plane, said.assurance) == (person.id, Plane.STAFF, Assurance.TWO_FACTORS)
    assert refusal(await people.client.post(STAFF_SESSION, json=shown, headers=person.headers)) == REFUSED


async def test_a_closed_account_signs_in_with_no_passkey(people: People) -> None:
    person = await people.resident()
    passkey = await with_a_passkey(people, person)
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))
    assert refusal(await sign_in(people, passkey)) == REFUSED


async def test_a_removed_passkey_opens_nothing_and_another_s_is_not_there(people: People) -> None:
    person, other = await people.careful_resident(), await people.careful_resident()
    passkey = await with_a_passkey(people, person)
    [kept] = (await people.client.get("/me/passkeys", headers=person.headers)).json()
    path = f"/me/passkeys/{kept['id']}"
    assert (await people.client.delete(path, headers=other.headers)).status_code == 404
    assert (await people.client.delete(path, headers=person.headers)).status_code == 204
    assert refusal(await sign_in(people, passkey)) == REFUSED
    assert (await people.client.delete(path, headers=person.headers)).status_code == 404


async def test_a_challenge_from_before_a_factor_counted_does_not_go_round_it(people: People) -> None:
    """Somebody else's session of one factor asks; then the owner adds an app; the answer comes too late."""
    person = await people.resident()
    owner = await people.sign_in(Person(person.email))
    options = await asked(people, "/me/passkeys", person)
    await with_a_passkey(people, owner)
    body = {"credential": SoftPasskey().create(options), "label": "x"}
    answer = await people.client.post("/me/passkeys", json=body, headers=person.headers)
    assert refusal(answer) == (403, "auth.second_factor_needed")


async def test_an_account_has_twenty_passkeys_at_most(people: People) -> None:
    person = await people.careful_resident()
    for _ in range(20):
        await people.change(
            tables.passkeys.insert().values(
                id=new_id(), account_id=person.id, credential_id=new_id().bytes, public_key=b"", sign_count=0,
                label="x", added_at=now(),
            )
        )  # fmt: skip
    answer = await people.client.post("/me/passkeys/options", headers=person.headers)
    assert refusal(answer) == (409, "identity.too_many_passkeys")
