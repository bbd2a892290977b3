"""Recovery codes: ten, once each, for the day when the phone is lost; staff enrol again with one and no more."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from identity.domain.errors import CodeRefused
from identity.storage import tables
from identity.use_cases.open_staff_session import open_staff_session
from shared.auth.principal import Assurance, Principal
from shared.clock import now
from shared.servers.mailsink import Mailbox
from shared.testing.issuer import Issuer
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


async def test_there_are_ten_of_eighty_bits_and_the_old_ones_die(people: People) -> None:
    person = await people.careful_resident()
    first, second = await recovery_codes(people, person), await recovery_codes(people, person)
    assert len(set(first + second)) == 20
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in first + second)
    assert (await factors(people, person))["recovery_codes_left"] == 10
    assert (await sign_in(people, person, first[0])).status_code == 403
    assert (await sign_in(people, person, second[0])).status_code == 201


async def test_one_signs_a_member_in_once_and_the_owner_hears_how_many_are_left(
    people: People, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    person = await people.careful_resident()
    [code, *_] = await recovery_codes(people, person)
    assert (await sign_in(people, person, code)).json()["assurance"] == "aal2"
    assert refusal(await sign_in(people, person, code)) == (403, "identity.sign_in_refused")
    assert ("recovery_code_used", {"left": "9"}) in await ledger(people, person)
    await send_mail()
    assert any("You have 9 left" in mail.get_content() for mail in mailbox.messages(to=person.email))


async def test_it_is_taken_however_its_groups_and_letters_are_typed(people: People) -> None:
    person = await people.careful_resident()
    first, second, third, *_ = await recovery_codes(people, person)
    for typed in (first.lower(), second.replace("-", " "), third.replace("-", "").lower()):
        assert (await sign_in(people, person, typed)).status_code == 201


async def test_of_twenty_sign_ins_with_one_recovery_code_one_wins(people: People) -> None:
    person = await people.careful_resident()
    [code, *_] = await recovery_codes(people, person)
    answers = await asyncio.gather(*(sign_in(people, person, code) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19


async def test_another_account_s_code_is_worth_nothing(people: People) -> None:
    person, other = await people.careful_resident(), await people.careful_resident()
    [code, *_] = await recovery_codes(people, person)
    assert (await sign_in(people, other, code)).status_code == 403
    assert (await sign_in(people, person, code)).status_code == 201


async def test_there_are_none_without_a_factor_and_none_without_a_fresh_one(people: People) -> None:
    person, careful = await people.resident(), await people.careful_resident()
    answer = await people.client.post("/me/recovery-codes", headers=person.headers)
    assert refusal(answer) == (409, "identity.no_factor")
    await shown_ago(people, careful, timedelta(minutes=6))
    answer = await people.client.post("/me/recovery-codes", headers=careful.headers)
    assert refusal(answer) == SECOND_FACTOR_NEEDED


async def test_a_member_who_lost_the_app_enrols_another_with_a_recovery_code(people: People) -> None:
    person = await people.careful_resident()
    [code, *_] = await recovery_codes(people, person)
    person.is_now((await sign_in(people, person, code)).json())
    person.seed = (await begin_app(people, person)).json()["secret"]
    assert (await confirm_app(people, person, person.code())).status_code == 200


async def test_staff_come_in_with_one_factor_and_can_only_enrol_again(
    people: People, administrator: Person, force: str, issuer: Issuer
) -> None:
    officer = await people.officer(administrator, force)
    [code, *_] = await recovery_codes(people, officer, "/staff/me")
    opened = await sign_in(people, officer, code)
    assert said_by(opened, issuer).assurance is Assurance.ONE_FACTOR
    officer.is_now(opened.json())
    for path in ("/staff/me", "/staff/organisations"):
        assert refusal(await people.client.get(path, headers=officer.headers)) == SECOND_FACTOR_NEEDED
    assert (await factors(people, officer, "/staff/me"))["recovery_codes_left"] == 9
    officer.seed = (await begin_app(people, officer, "/staff/me")).json()["secret"]
    confirmed = await confirm_app(people, officer, officer.code(), "/staff/me")
    assert (await people.client.get("/staff/me", headers=officer.is_now(confirmed.json()).headers)).status_code == 200


async def test_staff_enrol_within_the_hour_of_a_recovery_code(
    people: People, administrator: Person, force: str
) -> None:
    officer = await people.officer(administrator, force)
    [code, *_] = await recovery_codes(people, officer, "/staff/me")
    officer.is_now((await sign_in(people, officer, code)).json())
    column, ago = tables.sessions.c, now() - timedelta(minutes=61)
    await people.change(update(tables.sessions).where(column.id == officer.session_id).values(recovered_at=ago))
    assert refusal(await begin_app(people, officer, "/staff/me")) == SECOND_FACTOR_NEEDED


async def test_staff_of_one_factor_replace_no_app_without_a_recovery_code(
    people: People, administrator: Person, force: str, issuer: Issuer
) -> None:
    """As those who come in through their force's own provider."""
    officer = await people.officer(administrator, force)
    [code, *_] = await recovery_codes(people, officer, "/staff/me")
    await of_one_factor(people, officer)
    assert refusal(await begin_app(people, officer, "/staff/me")) == SECOND_FACTOR_NEEDED
    step_up = "/staff/sessions/current/step-up"
    answer = await people.client.post(step_up, json={"code": code}, headers=officer.headers)
    assert said_by(answer, issuer).assurance is Assurance.ONE_FACTOR
    assert (await begin_app(people, officer, "/staff/me")).status_code == 201


async def test_staff_of_one_factor_step_up_with_their_app(
    people: People, administrator: Person, force: str, issuer: Issuer
) -> None:
    officer = await people.officer(administrator, force)
    await of_one_factor(people, officer)
    shown = {"code": await people.fresh_code(officer)}
    answer = await people.client.post("/staff/sessions/current/step-up", json=shown, headers=officer.headers)
    assert said_by(answer, issuer).assurance is Assurance.TWO_FACTORS


async def test_staff_of_one_factor_can_sign_out(people: People, administrator: Person, force: str) -> None:
    officer = await people.officer(administrator, force)
    await of_one_factor(people, officer)
    assert (await people.client.delete("/staff/sessions/current", headers=officer.headers)).status_code == 204


@pytest.mark.parametrize(
    "code", ["ABCD-EFGH-IJKL", "ABCD-EFGH-IJKL-MNO1", "12345", "1234567", "", "ABCD--EFGH-IJKL-MNOP"]
)
async def test_what_is_no_code_is_not_tried(people: People, code: str) -> None:
    person = await people.resident()
    answer = await people.client.post("/sessions/current/step-up", json={"code": code}, headers=person.headers)
    assert answer.status_code == 422


async def test_a_recovery_code_opens_no_coordinator_session(
    people: People, administrator: Person, ourwatch: str, actor_of: Callable[[Person], Principal]
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    [code, *_] = await recovery_codes(people, person)
    answer = await people.client.post("/sessions/staff", json={"code": code}, headers=person.headers)
    assert answer.status_code == 422
    built = people.resources
    with pytest.raises(CodeRefused):
        await open_staff_session(
            built.unit_of_work(),
            built.counting,
            built.keyring,
            actor_of(person),
            code=code,
            declares=True,
            browser=None,
            now=now(),
        )
