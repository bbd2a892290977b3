"""A browser signs in: cookies that no script reads, no token in an answer, nothing for another site's page."""

import re
from base64 import urlsafe_b64encode

import pytest
from identity.storage import tables
from shared.auth.principal import Plane
from shared.http.cookies import DEVICE_COOKIE
from shared.ids import new_id
from shared.testing.issuer import Issuer
from sqlalchemy import select

from services.identity.tests.api import test_passkeys
from services.identity.tests.browser import MEMBER, STAFF, Browser, exchange, is_dead
from services.identity.tests.conftest import PASSWORD, People, Person
from services.identity.tests.second_factors import refusal, said_by

SAFE = "; HttpOnly; Path=/; SameSite=strict; Secure"


@pytest.fixture
def browser(people: People) -> Browser:
    return Browser(people)


async def test_signing_in_sets_one_cookie_and_shows_no_token(people: People, browser: Browser) -> None:
    person = await people.resident()
    answer = await browser.sign_in(person)
    assert answer.status_code == 201
    session, device = answer.headers.get_list("set-cookie")
    assert re.fullmatch(r"__Host-ow-member=[A-Za-z0-9_-]{43}" + SAFE, session)
    assert re.fullmatch(r"__Host-ow-device=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=34560000" + SAFE[10:], _plain(device))
    assert set(answer.json()) == {"session_id", "account_id", "plane", "assurance"}
    assert not [secret for secret in browser.jar.values() if secret in answer.text]


async def test_a_remembered_browser_keeps_the_cookie_when_it_is_closed(people: People, browser: Browser) -> None:
    person = await people.resident()
    kept = (await browser.sign_in(person, remember=True)).headers.get_list("set-cookie")[0]
    assert "Max-Age=15552000" in kept


async def test_a_program_gets_tokens_and_no_cookie(people: People, browser: Browser) -> None:
    person = await people.resident()
    answer = await browser.sign_in(person, browser=False)
    assert (answer.status_code, "set-cookie" in answer.headers) == (201, False)
    assert answer.json()["refresh_token"]


async def test_what_a_browser_keeps_is_no_refresh_token(people: People, browser: Browser) -> None:
    await browser.sign_in(await people.resident())
    answer = await people.client.post("/sessions/refresh", json={"refresh_token": browser.jar[MEMBER]})
    assert refusal(answer) == (403, "identity.session_over")


async def test_a_browser_is_signed_in_as_a_member_and_as_staff_at_once(
    people: People, browser: Browser, officer: Person, issuer: Issuer
) -> None:
    person = await people.resident()
    await browser.sign_in(person)
    await browser.sign_in(officer)
    as_member, as_staff = await browser.bearer(MEMBER), await browser.bearer(STAFF)
    assert (await people.client.get("/me", headers=as_member)).json()["id"] == str(person.id)
    assert (await people.client.get("/staff/me", headers=as_staff)).json()["id"] == str(officer.id)


async def test_what_is_kept_for_one_plane_opens_nothing_on_the_other(
    people: People, browser: Browser, officer: Person
) -> None:
    await browser.sign_in(await people.resident())
    await browser.sign_in(officer)
    assert await is_dead(people, browser.jar[MEMBER], STAFF)
    assert await is_dead(people, browser.jar[STAFF], MEMBER)
    answer = await people.client.post(
        "/internal/browser-sessions", json={"secret": browser.jar[MEMBER], "plane": "machine"}
    )
    assert answer.status_code == 422


async def test_a_coordinator_opens_the_staff_session_beside_the_members(
    people: People, browser: Browser, administrator: Person, ourwatch: str, issuer: Issuer
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await browser.sign_in(person)
    shown = {"code": await people.fresh_code(person), "declaration": True, "browser": True}
    answer = await browser.post("/sessions/staff", shown, await browser.bearer())
    assert (answer.status_code, set(browser.jar)) == (201, {MEMBER, STAFF, DEVICE_COOKIE})
    assert "token" not in answer.text
    said = said_by(await exchange(people, browser.jar[STAFF], STAFF), issuer)
    assert (said.id, said.plane) == (person.id, Plane.STAFF)
    assert not await is_dead(people, browser.jar[MEMBER])


async def test_a_passkey_signs_a_browser_in(people: People, browser: Browser, issuer: Issuer) -> None:
    person = await people.resident()
    passkey = await test_passkeys.with_a_passkey(people, person)
    credential = passkey.get(await test_passkeys.asked(people, test_passkeys.SIGN_IN))
    answer = await browser.post("/sessions/passkey", {"credential": credential, "browser": True})
    assert (answer.status_code, "token" in answer.text) == (201, False)
    assert said_by(await exchange(people, browser.jar[MEMBER]), issuer).id == person.id


async def test_a_coordinators_passkey_opens_a_browsers_staff_session(
    people: People, browser: Browser, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    passkey = await test_passkeys.with_a_passkey(people, person)
    credential = passkey.get(await test_passkeys.asked(people, "/sessions/staff/passkey", person))
    body = {"credential": credential, "declaration": True, "browser": True}
    answer = await browser.post("/sessions/staff/passkey", body, person.headers)
    assert (answer.status_code, "token" in answer.text) == (201, False)
    assert not await is_dead(people, browser.jar[STAFF], STAFF)


async def test_another_sites_page_signs_nobody_in(people: People, administrator: Person, ourwatch: str) -> None:
    """Else it could sign somebody in as another, and watch what they then write."""
    person = await people.coordinator(administrator, ourwatch)
    code, credential = await people.fresh_code(person), {"id": "x"}
    answered = {"state": "x" * 43, "code": "x", "verifier": "x" * 43}
    for path, body in (
        ("/sessions", {"email": person.email, "password": PASSWORD, "code": code}),
        ("/sessions/passkey", {"credential": credential}),
        ("/sessions/staff", {"code": code, "declaration": True}),
        ("/sessions/staff/passkey", {"credential": credential, "declaration": True}),
        ("/staff-sign-in/callback", answered),
    ):
        answer = await people.client.post(path, json=body | {"browser": True}, headers=person.headers)
        assert refusal(answer) == (403, "identity.cross_site"), path
        assert "set-cookie" not in answer.headers


async def test_a_remembered_browser_is_not_asked_for_a_code_and_no_script_holds_its_secret(
    people: People, browser: Browser
) -> None:
    person = await people.careful_resident()
    await browser.sign_in(person, remember=True)
    device = browser.jar[DEVICE_COOKIE]
    again = await browser.sign_in(person, code=False)
    assert (again.status_code, again.json()["assurance"]) == (201, "aal1")
    assert browser.jar[DEVICE_COOKIE] == device
    assert (await Browser(people).sign_in(person, code=False)).json()["code"] == "identity.code_needed"


async def test_signing_in_again_ends_what_the_browser_kept_on_that_plane_and_nothing_else(
    people: People, browser: Browser, officer: Person
) -> None:
    """So nobody goes on in a session that somebody else put into their browser."""
    first, second = await people.resident(), await people.resident()
    elsewhere = Browser(people)
    await elsewhere.sign_in(first)
    await browser.sign_in(officer)
    planted = await browser.sign_in(first)
    kept = browser.jar[MEMBER]
    await browser.sign_in(second)
    assert await is_dead(people, kept)
    ended = (await people.client.get("/internal/revocations")).json()["ended"]
    assert planted.json()["session_id"] in ended
    assert not await is_dead(people, browser.jar[STAFF], STAFF)
    assert not await is_dead(people, elsewhere.jar[MEMBER])


async def test_a_wrong_password_or_a_missing_code_ends_nothing(people: People, browser: Browser) -> None:
    person = await people.careful_resident()
    await browser.sign_in(person)
    assert (await browser.sign_in(person, code=False)).json()["code"] == "identity.code_needed"
    assert (await browser.sign_in(person, password="none of theirs at all")).status_code == 403
    assert not await is_dead(people, browser.jar[MEMBER])


async def test_a_secret_that_was_replaced_ends_nothing(people: People, browser: Browser) -> None:
    person = await people.careful_resident()
    await browser.sign_in(person)
    thief = Browser(people, dict(browser.jar))
    shown = {"code": await people.fresh_code(person)}
    assert (await browser.post("/sessions/current/step-up", shown, await browser.bearer())).status_code == 200
    await thief.sign_in(await people.resident())
    assert not await is_dead(people, browser.jar[MEMBER])


async def test_a_repeated_sign_in_sets_the_same_cookies_again(people: People, browser: Browser) -> None:
    person, key = await people.resident(), {"idempotency-key": new_id().hex}
    body = {"email": person.email, "password": PASSWORD, "browser": True}
    first = await browser.post("/sessions", body, key)
    again = await Browser(people).post("/sessions", body, key)
    assert again.headers["idempotency-replayed"] == "true"
    assert first.headers.get_list("set-cookie") == again.headers.get_list("set-cookie")
    assert len(first.headers.get_list("set-cookie")) == 2
    assert not await is_dead(people, browser.jar[MEMBER])


async def test_a_digest_from_a_stolen_database_opens_nothing(people: People, browser: Browser) -> None:
    answer = await browser.sign_in(await people.resident())
    column = tables.browser_sessions.c
    kept = select(column.digest).where(column.session_id == answer.json()["session_id"])
    [(digest,)] = await people.rows(kept)
    for said in (digest.hex(), urlsafe_b64encode(digest).rstrip(b"=").decode()):
        assert await is_dead(people, said)


def _plain(cookie: str) -> str:
    return re.sub(r" expires=[^;]+;", "", cookie)
