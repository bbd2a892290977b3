"""What a browser keeps is exchanged for access tokens as long as its session lives, and not a moment longer."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from identity.bootstrap import Resources
from identity.domain.errors import NoBrowserSession
from identity.storage import tables
from identity.storage.tidying import remove_old_sessions
from identity.use_cases.exchange_browser_session import Exchanged, exchange_browser_session
from shared.auth.principal import Plane
from shared.clock import now
from shared.ids import new_id
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from shared.testing.passkey import SoftPasskey
from sqlalchemy import func, select, text, update

from services.identity.tests.api import test_passkeys
from services.identity.tests.browser import MEMBER, STAFF, Browser, assurance_of, exchange, is_dead
from services.identity.tests.conftest import PASSWORD, People, Person
from services.identity.tests.second_factors import begin_app, recovery_codes, said_by

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
At = Callable[[str, Plane, datetime], Awaitable[Exchanged]]


@pytest.fixture
def browser(people: People) -> Browser:
    return Browser(people)


@pytest.fixture
def exchange_at(resources: Resources) -> At:
    """Exchanges at a moment of the test's choice."""

    async def at(secret: str, plane: Plane, moment: datetime) -> Exchanged:
        unit = resources.unit_of_work()
        return await exchange_browser_session(unit, resources.keyring, secret=secret, plane=plane, now=moment)

    return at


@pytest.mark.parametrize(
    ("kind", "idle", "whole"),
    [("member", HOUR, DAY), ("remembered", 30 * DAY, 180 * DAY), ("staff", HOUR, DAY)],
)
async def test_a_browsers_session_ends_when_idle_and_after_its_whole_time(
    exchange_at: At, people: People, browser: Browser, officer: Person, kind: str, idle: timedelta, whole: timedelta
) -> None:
    plane, cookie = (Plane.STAFF, STAFF) if kind == "staff" else (Plane.MEMBER, MEMBER)
    person = officer if kind == "staff" else await people.resident()
    opened_session = await browser.sign_in(person, remember=kind == "remembered")
    column = tables.sessions.c
    [(opened,)] = await people.rows(select(column.opened_at).where(column.id == opened_session.json()["session_id"]))
    secret, last = browser.jar[cookie], opened
    while last + idle - SECOND < opened + whole:
        with pytest.raises(NoBrowserSession):
            await exchange_at(secret, plane, last + idle)
        last += idle - SECOND
        await exchange_at(secret, plane, last)
    with pytest.raises(NoBrowserSession):
        await exchange_at(secret, plane, opened + whole)


async def test_a_busy_page_writes_once_a_minute(exchange_at: At, people: People, browser: Browser) -> None:
    session_id = (await browser.sign_in(await people.resident())).json()["session_id"]
    used = select(tables.sessions.c.last_used_at).where(tables.sessions.c.id == session_id)
    [(opened,)] = await people.rows(used)
    await exchange_at(browser.jar[MEMBER], Plane.MEMBER, opened + timedelta(seconds=59))
    assert await people.rows(used) == [(opened,)]
    later = opened + timedelta(seconds=61)
    await exchange_at(browser.jar[MEMBER], Plane.MEMBER, later)
    assert await people.rows(used) == [(later,)]


async def test_signing_out_ends_the_session_and_clears_the_cookie(people: People, browser: Browser) -> None:
    await browser.sign_in(await people.resident())
    secret, headers = browser.jar[MEMBER], await browser.bearer()
    answer = browser.takes(await people.client.delete("/sessions/current", headers=headers))
    assert (answer.status_code, MEMBER in browser.jar) == (204, False)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert await is_dead(people, secret)


async def test_staff_sign_out_of_the_staff_session_alone(people: People, browser: Browser, officer: Person) -> None:
    await browser.sign_in(await people.resident())
    await browser.sign_in(officer)
    secret, headers = browser.jar[STAFF], await browser.bearer(STAFF)
    browser.takes(await people.client.delete("/staff/sessions/current", headers=headers))
    assert STAFF not in browser.jar
    assert await is_dead(people, secret, STAFF)
    assert not await is_dead(people, browser.jar[MEMBER])


async def test_a_program_that_signs_out_clears_no_cookie(people: People) -> None:
    person = await people.resident()
    answer = await people.client.delete("/sessions/current", headers=person.headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (204, False)


async def test_whatever_ends_sessions_ends_a_browsers(people: People) -> None:
    person = await people.resident()

    async def ask(method: str, path: str, body: object = None) -> None:
        answer = await people.client.request(method, path, headers=person.headers, json=body)
        assert answer.is_success, answer.text

    async def new_password(browser: Browser) -> None:
        body = {"current": PASSWORD, "new": "another tram violet thunder"}
        await ask("PUT", "/me/password", body)
        await ask("PUT", "/me/password", {"current": body["new"], "new": PASSWORD})

    async def its_device(browser: Browser) -> None:
        for device in (await people.client.get("/me/devices", headers=person.headers)).json():
            await ask("DELETE", f"/me/devices/{device['id']}")

    async def one(browser: Browser) -> None:
        bearer = await browser.bearer()
        current = [s for s in (await people.client.get("/me/sessions", headers=bearer)).json() if s["is_current"]]
        await ask("DELETE", f"/me/sessions/{current[0]['id']}")

    async def closing(browser: Browser) -> None:
        await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))

    for ending in (new_password, one, its_device, closing):
        await people.sign_in(person)
        browser = Browser(people)
        await browser.sign_in(person)
        assert not await is_dead(people, browser.jar[MEMBER])
        await ending(browser)
        assert await is_dead(people, browser.jar[MEMBER]), ending.__name__


async def test_a_suspended_officer_and_an_ended_appointment_are_out_at_once(
    people: People, browser: Browser, administrator: Person, force: str, ourwatch: str
) -> None:
    officer, other = await people.officer(administrator, force), Browser(people)
    coordinator = await people.coordinator(administrator, ourwatch)
    await browser.sign_in(officer)
    shown = {"code": await people.fresh_code(coordinator), "declaration": True, "browser": True}
    await other.post("/sessions/staff", shown, coordinator.headers)
    assert not await is_dead(people, other.jar[STAFF], STAFF)
    await people.sign_in(administrator)
    headers = administrator.headers
    assert (await people.client.post(f"/staff/accounts/{officer.id}/suspend", headers=headers)).is_success
    offer = await people.offer_to(coordinator.email)
    assert (await people.client.delete(f"/staff/appointments/{offer}", headers=headers)).is_success
    assert await is_dead(people, browser.jar[STAFF], STAFF)
    assert await is_dead(people, other.jar[STAFF], STAFF)


async def test_an_access_token_says_what_the_account_now_is(
    people: People, browser: Browser, administrator: Person, force: str, issuer: Issuer
) -> None:
    officer = await people.officer(administrator, force)
    await browser.sign_in(officer)
    areas = update(tables.accounts).where(tables.accounts.c.id == officer.id).values(areas=["E09000001"])
    await people.change(areas)
    assert said_by(await exchange(people, browser.jar[STAFF], STAFF), issuer).areas == {"E09000001"}


async def test_a_step_up_gives_another_cookie_and_the_old_one_dies_at_once(
    people: People, browser: Browser, issuer: Issuer
) -> None:
    person = await people.careful_resident()
    await browser.sign_in(person, remember=True)
    await browser.sign_in(person, code=False)
    old = browser.jar[MEMBER]
    assert await assurance_of(people, issuer, old) == "aal1"
    shown = {"code": await people.fresh_code(person)}
    answer = await browser.post("/sessions/current/step-up", shown, await browser.bearer())
    assert answer.json() == {"plane": "member"}
    assert await is_dead(people, old)
    assert await assurance_of(people, issuer, browser.jar[MEMBER]) == "aal2"
    told = (await people.client.get("/internal/revocations")).json()
    assert hashlib.sha256(old.encode()).hexdigest() in told["replaced"]
    assert hashlib.sha256(browser.jar[MEMBER].encode()).hexdigest() not in told["replaced"]


async def test_a_factor_that_is_added_or_a_passkey_that_is_shown_gives_another_cookie(
    people: People, browser: Browser
) -> None:
    person, passkey = await people.resident(), SoftPasskey()
    await browser.sign_in(person)
    seen = [browser.jar[MEMBER]]

    async def goes_on(path: str, body: dict[str, object]) -> None:
        answer = await browser.post(path, body, await browser.bearer())
        assert answer.is_success, answer.text
        assert "token" not in answer.text
        seen.append(browser.jar[MEMBER])

    person.headers = await browser.bearer()
    person.seed = (await begin_app(people, person)).json()["secret"]
    await goes_on("/me/authenticator/confirm", {"code": person.code()})
    person.headers = await browser.bearer()
    credential = passkey.create(await test_passkeys.asked(people, "/me/passkeys", person))
    await goes_on("/me/passkeys", {"credential": credential, "label": "A key"})
    person.headers = await browser.bearer()
    answer = passkey.get(await test_passkeys.asked(people, test_passkeys.STEP_UP, person))
    await goes_on(test_passkeys.STEP_UP, {"credential": answer})
    assert len(set(seen)) == 4
    assert [await is_dead(people, secret) for secret in seen] == [True, True, True, False]


async def test_a_wrong_code_leaves_the_cookie_as_it_is(people: People, browser: Browser) -> None:
    person = await people.careful_resident()
    await browser.sign_in(person)
    before = browser.jar[MEMBER]
    answer = await browser.post("/sessions/current/step-up", {"code": "000000"}, await browser.bearer())
    assert (answer.status_code, browser.jar[MEMBER]) == (403, before)
    assert not await is_dead(people, before)


async def test_twenty_exchanges_at_once_all_work(people: People, browser: Browser) -> None:
    await browser.sign_in(await people.resident())
    answers = await asyncio.gather(*(exchange(people, browser.jar[MEMBER]) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}


async def test_twenty_step_ups_at_once_leave_one_living_secret(people: People, browser: Browser) -> None:
    person = await people.careful_resident()
    codes = await recovery_codes(people, person)
    session_id = (await browser.sign_in(person)).json()["session_id"]
    headers = await browser.bearer()
    path = "/sessions/current/step-up"
    answers = await asyncio.gather(*(Browser(people).post(path, {"code": c}, headers) for c in codes * 2))
    assert [answer for answer in answers if answer.status_code == 200]
    column = tables.browser_sessions.c
    living = select(func.count()).where(column.session_id == session_id, column.replaced_at.is_(None))
    assert (await people.rows(living))[0][0] == 1
    assert await is_dead(people, browser.jar[MEMBER])


async def test_twenty_exchanges_beside_a_sign_out_leave_nothing_alive(
    people: People, browser: Browser, issuer: Issuer
) -> None:
    session_id = (await browser.sign_in(await people.resident())).json()["session_id"]
    headers = await browser.bearer()
    _, *answers = await asyncio.gather(
        people.client.delete("/me/sessions", headers=headers),
        *(exchange(people, browser.jar[MEMBER]) for _ in range(20)),
    )
    assert {answer.status_code for answer in answers} <= {200, 404}
    assert await is_dead(people, browser.jar[MEMBER])
    # What was handed out a moment earlier dies at the gateway, by the session that it says.
    assert session_id in (await people.client.get("/internal/revocations")).json()["ended"]


async def test_an_exchange_that_waits_for_a_step_up_gets_nothing_of_it(
    people: People, browser: Browser, resources: Resources
) -> None:
    session_id = (await browser.sign_in(await people.resident())).json()["session_id"]
    session, kept = tables.sessions.c, tables.browser_sessions

    async with resources.engine.begin() as stepping_up:
        await stepping_up.execute(select(session.id).where(session.id == session_id).with_for_update())
        asked = asyncio.create_task(exchange(people, browser.jar[MEMBER]))
        await eventually(partial(somebody_waits, people))
        await stepping_up.execute(update(kept).where(kept.c.session_id == session_id).values(replaced_at=now()))
    assert (await asked).status_code == 404


async def test_signing_in_again_waits_for_the_old_session_before_it_holds_the_account(
    people: People, browser: Browser, resources: Resources
) -> None:
    """As everybody does, such as whoever changes the password; else the two would wait for each other."""
    person = await people.resident()
    session_id = (await browser.sign_in(person)).json()["session_id"]
    session, account = tables.sessions.c, tables.accounts.c
    async with resources.engine.begin() as changing:
        await changing.execute(select(session.id).where(session.id == session_id).with_for_update())
        asked = asyncio.create_task(browser.sign_in(person))
        await eventually(partial(somebody_waits, people))
        await changing.execute(select(account.id).where(account.id == person.id).with_for_update())
    assert (await asked).status_code == 201


async def somebody_waits(people: People) -> bool:
    return bool((await people.rows(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))[0][0])


async def test_a_secret_that_nobody_handed_out_opens_nothing(people: People) -> None:
    assert await is_dead(people, new_id().hex)


async def test_what_was_kept_goes_with_its_session(people: People, browser: Browser, resources: Resources) -> None:
    session_id = (await browser.sign_in(await people.resident())).json()["session_id"]
    old = update(tables.sessions).where(tables.sessions.c.id == session_id)
    await people.change(old.values(ended_at=now() - 3 * DAY))
    async with resources.unit_of_work() as uow:
        while await remove_old_sessions(uow.session, now(), 100):
            pass
    mine = select(tables.browser_sessions).where(tables.browser_sessions.c.session_id == session_id)
    assert await people.rows(mine) == []


async def test_an_erased_members_browser_keeps_nothing(people: People, browser: Browser) -> None:
    """P29."""
    person = await people.resident()
    session_id = (await browser.sign_in(person)).json()["session_id"]
    body = {"password": PASSWORD}
    assert (await people.client.post("/me/erasure", json=body, headers=await browser.bearer())).is_success
    assert await is_dead(people, browser.jar[MEMBER])
    mine = select(tables.browser_sessions).where(tables.browser_sessions.c.session_id == session_id)
    assert await people.rows(mine) == []


async def test_a_copied_cookie_dies_with_the_old_password(people: People, browser: Browser) -> None:
    person = await people.resident()
    await browser.sign_in(person, remember=True)
    copied = browser.jar[MEMBER]
    changed = {"current": PASSWORD, "new": "another tram violet thunder"}
    answer = await people.client.put("/me/password", json=changed, headers=await browser.bearer())
    assert answer.headers["set-cookie"].startswith(f"{MEMBER}=")
    assert await is_dead(people, copied)
