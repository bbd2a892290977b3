"""Authenticator apps: one takes the place of another by a code of its own, and the last one stays where it must."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from identity.storage import tables
from identity.storage.accounts import Authenticators
from shared.auth.principal import Assurance
from shared.clock import now
from shared.servers.mailsink import Mailbox
from shared.testing.issuer import Issuer
from shared.testing.passkey import SoftPasskey
from sqlalchemy import update

from services.identity.tests.conftest import People, Person
from services.identity.tests.second_factors import (
    begin_app,
    confirm_app,
    factors,
    ledger,
    of_one_factor,
    recovery_codes,
    refusal,
    said_by,
    shown_ago,
    sign_in,
)

SECOND_FACTOR_NEEDED = (403, "auth.second_factor_needed")


async def remove_app(people: People, person: Person, under: str = "/me") -> tuple[int, str]:
    answer = await people.client.delete(f"{under}/authenticator", headers=person.headers)
    return (204, "") if answer.status_code == 204 else refusal(answer)


async def add_passkey(people: People, person: Person, under: str = "/me") -> None:
    options = (await people.client.post(f"{under}/passkeys/options", headers=person.headers)).json()["public_key"]
    body = {"credential": SoftPasskey().create(options), "label": "A key"}
    answer = await people.client.post(f"{under}/passkeys", json=body, headers=person.headers)
    assert answer.status_code == 201, answer.text


async def test_the_seed_is_shown_as_a_picture_too(people: People) -> None:
    begun = (await begin_app(people, await people.resident())).json()
    assert begun["uri"].startswith("otpauth://totp/OurWatch:")
    assert begun["qr_svg"].startswith("<svg")
    assert begun["secret"] not in begun["qr_svg"]


async def test_another_app_takes_the_place_of_the_first_once_its_code_was_shown(
    people: People, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    person = await people.careful_resident()
    other = replace(person, seed=(await begin_app(people, person)).json()["secret"])
    assert (await sign_in(people, person, await people.fresh_code(person))).status_code == 201
    assert (await sign_in(people, person, other.code())).status_code == 403
    assert (await confirm_app(people, person, other.code())).status_code == 200
    assert (await sign_in(people, person, await people.fresh_code(person))).status_code == 403
    assert (await sign_in(people, person, await people.fresh_code(other))).status_code == 201
    assert [kind for kind, _ in await ledger(people, person)] == ["authenticator_added", "authenticator_replaced"]
    await send_mail()
    subjects = [mail["subject"] for mail in mailbox.messages(to=person.email)]
    assert "Another authenticator app protects your account" in subjects


async def test_the_code_that_confirmed_an_app_is_used_up(people: People) -> None:
    person = await people.careful_resident()
    person.seed = (await begin_app(people, person)).json()["secret"]
    code = person.code()
    await confirm_app(people, person, code)
    assert (await sign_in(people, person, code)).status_code == 403


async def test_a_code_of_the_app_that_counts_confirms_no_other(people: People) -> None:
    person = await people.careful_resident()
    await begin_app(people, person)
    assert refusal(await confirm_app(people, person, await people.fresh_code(person))) == (403, "identity.code_refused")


async def test_a_new_app_waits_ten_minutes_for_its_code(people: People) -> None:
    person = await people.resident()
    person.seed = (await begin_app(people, person)).json()["secret"]
    ago = now() - timedelta(minutes=10)
    column = tables.authenticators.c
    await people.change(update(tables.authenticators).where(column.account_id == person.id).values(pending_at=ago))
    assert refusal(await confirm_app(people, person, person.code())) == (409, "identity.nothing_to_confirm")


async def test_without_a_new_app_there_is_nothing_to_confirm(people: People) -> None:
    person = await people.careful_resident()
    assert refusal(await confirm_app(people, person, person.code())) == (409, "identity.nothing_to_confirm")


async def test_a_seed_that_no_longer_waits_is_not_confirmed(people: People) -> None:
    person = await people.resident()
    await begin_app(people, person)
    async with (uow := people.resources.unit_of_work()):
        assert not await Authenticators(uow.session).confirm(person.id, b"another seed", 1, now())


async def test_of_twenty_confirmations_of_one_app_one_counts(people: People) -> None:
    person = await people.resident()
    person.seed = (await begin_app(people, person)).json()["secret"]
    code = person.code()
    answers = await asyncio.gather(*(confirm_app(people, person, code) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert len(await ledger(people, person)) == 1


async def test_replacing_and_removing_ask_for_a_second_factor_within_five_minutes(people: People) -> None:
    person = await people.careful_resident()
    await shown_ago(people, person, timedelta(minutes=6))
    assert refusal(await begin_app(people, person)) == SECOND_FACTOR_NEEDED
    assert await remove_app(people, person) == SECOND_FACTOR_NEEDED
    stepped_up = {"code": await people.fresh_code(person)}
    await people.client.post("/sessions/current/step-up", json=stepped_up, headers=person.headers)
    assert (await begin_app(people, person)).status_code == 201


async def test_a_session_of_one_factor_changes_no_factor_that_counts(people: People) -> None:
    person = await people.careful_resident()
    await of_one_factor(people, person)
    assert refusal(await begin_app(people, person)) == SECOND_FACTOR_NEEDED
    assert await remove_app(people, person) == SECOND_FACTOR_NEEDED


async def test_an_app_begun_before_another_counted_does_not_go_round_it(people: People) -> None:
    person = await people.resident()
    thief = await people.sign_in(Person(person.email))
    begun = replace(person, seed=(await begin_app(people, thief)).json()["secret"])
    options = (await people.client.post("/me/passkeys/options", headers=person.headers)).json()["public_key"]
    body = {"credential": SoftPasskey().create(options), "label": "A key"}
    await people.client.post("/me/passkeys", json=body, headers=person.headers)
    assert refusal(await confirm_app(people, thief, begun.code())) == SECOND_FACTOR_NEEDED


async def test_the_first_factor_asks_for_a_password_within_the_hour(people: People) -> None:
    person = await people.resident()
    await shown_ago(people, person, timedelta(minutes=61))
    again = (403, "identity.sign_in_again")
    assert refusal(await begin_app(people, person)) == again
    assert refusal(await people.client.post("/me/passkeys/options", headers=person.headers)) == again
    assert refusal(await people.client.put("/me/mailed-codes", headers=person.headers)) == again


async def test_a_removed_app_is_asked_for_no_more_and_its_recovery_codes_are_gone(people: People) -> None:
    person = await people.careful_resident()
    [code, *_] = await recovery_codes(people, person)
    assert await remove_app(people, person) == (204, "")
    assert (await sign_in(people, person)).json()["assurance"] == "aal1"
    assert await factors(people, person) == {
        "app": False, "passkeys": 0, "mailed_codes": False, "recovery_codes_left": 0,
    }  # fmt: skip
    answer = await people.client.post("/sessions/current/step-up", json={"code": code}, headers=person.headers)
    assert refusal(answer) == (403, "identity.code_refused")
    assert await remove_app(people, person) == (409, "identity.no_authenticator")


async def test_whoever_has_a_passkey_alone_does_not_come_in_with_digits(people: People) -> None:
    person = await people.careful_resident()
    await add_passkey(people, person)
    await remove_app(people, person)
    assert refusal(await sign_in(people, person, "123456")) == (409, "identity.no_authenticator")


async def test_whose_password_is_short_keeps_a_factor(people: People) -> None:
    person = await people.careful_resident()
    column = tables.accounts.c
    await people.change(update(tables.accounts).where(column.id == person.id).values(password_is_long=False))
    assert await remove_app(people, person) == (409, "identity.last_factor")
    await add_passkey(people, person)
    assert await remove_app(people, person) == (204, "")
    [kept] = (await people.client.get("/me/passkeys", headers=person.headers)).json()
    answer = await people.client.delete(f"/me/passkeys/{kept['id']}", headers=person.headers)
    assert refusal(answer) == (409, "identity.last_factor")


async def test_a_coordinator_keeps_a_strong_factor(people: People, administrator: Person, ourwatch: str) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await people.client.put("/me/mailed-codes", headers=person.headers)
    assert await remove_app(people, person) == (409, "identity.last_strong_factor")
    await people.change(
        update(tables.appointments).where(tables.appointments.c.person_id == person.id).values(ended_at=now())
    )
    assert await remove_app(people, person) == (204, "")


async def test_staff_keep_a_strong_factor(people: People, administrator: Person, force: str) -> None:
    officer = await people.officer(administrator, force)
    assert await remove_app(people, officer, "/staff/me") == (409, "identity.last_strong_factor")
    await add_passkey(people, officer, "/staff/me")
    assert await remove_app(people, officer, "/staff/me") == (204, "")
    [kept] = (await people.client.get("/staff/me/passkeys", headers=officer.headers)).json()
    answer = await people.client.delete(f"/staff/me/passkeys/{kept['id']}", headers=officer.headers)
    assert refusal(answer) == (409, "identity.last_strong_factor")


async def test_of_two_factors_removed_at_once_one_stays(people: People, administrator: Person, force: str) -> None:
    officer = await people.officer(administrator, force)
    await add_passkey(people, officer, "/staff/me")
    [kept] = (await people.client.get("/staff/me/passkeys", headers=officer.headers)).json()
    paths = ["/staff/me/authenticator", f"/staff/me/passkeys/{kept['id']}"]
    answers = await asyncio.gather(*(people.client.delete(path, headers=officer.headers) for path in paths))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


@pytest.mark.parametrize("path", ["/staff/me/authenticator", "/staff/me/recovery-codes", "/staff/me/passkeys/options"])
async def test_a_coordinator_changes_factors_as_the_member_they_are(
    people: People, administrator: Person, ourwatch: str, path: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    shown = {"code": await people.fresh_code(person), "declaration": True}
    opened = await people.client.post("/sessions/staff", json=shown, headers=person.headers)
    headers = {"authorization": f"Bearer {opened.json()['access_token']}"}
    assert refusal(await people.client.post(path, headers=headers)) == (403, "auth.wrong_plane")


@pytest.mark.parametrize("path", ["/authenticator", "/recovery-codes", "/passkeys/options"])
async def test_each_plane_has_its_own_door_to_factors(people: People, officer: Person, path: str) -> None:
    person = await people.careful_resident()
    for under, who in (("/staff/me", person), ("/me", officer)):
        answer = await people.client.post(f"{under}{path}", headers=who.headers)
        assert refusal(answer) == (403, "auth.wrong_plane")


async def test_staff_replace_their_app(people: People, administrator: Person, force: str, issuer: Issuer) -> None:
    officer = await people.officer(administrator, force)
    officer.seed = (await begin_app(people, officer, "/staff/me")).json()["secret"]
    confirmed = await confirm_app(people, officer, officer.code(), "/staff/me")
    assert said_by(confirmed, issuer).assurance is Assurance.TWO_FACTORS
    assert (await sign_in(people, officer, await people.fresh_code(officer))).status_code == 201
