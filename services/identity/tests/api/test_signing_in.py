"""Two factors: a code is taken once, of the very seed, at its time; nothing less raises a session."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from identity.bootstrap import Resources
from identity.domain.errors import CodeRefused, SignInRefused
from identity.storage import tables
from identity.use_cases.issue_tokens import Opened
from identity.use_cases.recognise_device import Arrival
from identity.use_cases.sign_in import Credentials, sign_in
from identity.use_cases.step_up import step_up
from shared.auth.access import read_access_token
from shared.auth.principal import Assurance, Principal
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import Issuer
from sqlalchemy import delete, select, update

from services.identity.tests.conftest import PASSWORD, People, Person


def principal_of(person: Person, issuer: Issuer) -> Principal:
    return read_access_token(person.headers["authorization"].removeprefix("Bearer "), issuer.trust, now())


async def sign_in_at(resources: Resources, person: Person, code: str, moment: datetime) -> Opened:
    return await sign_in(
        resources.unit_of_work(),
        resources.unit_of_work(),
        resources.counting,
        resources.keyring,
        resources.hasher,
        Credentials(person.email, "", person.password, code),
        Arrival("192.0.2.1"),
        moment,
    )


async def test_a_session_with_a_password_alone_has_one_factor(people: People, issuer: Issuer) -> None:
    assert principal_of(await people.resident(), issuer).assurance is Assurance.ONE_FACTOR


async def test_confirming_the_app_raises_the_session_to_two_factors(people: People, issuer: Issuer) -> None:
    assert principal_of(await people.careful_resident(), issuer).assurance is Assurance.TWO_FACTORS


async def test_with_an_app_a_password_alone_does_not_sign_in(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    answer = await client.post("/sessions", json={"email": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.code_needed")


async def test_that_a_code_is_needed_is_told_to_nobody_without_the_password(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.careful_resident()
    answer = await client.post("/sessions", json={"email": person.email, "password": "not the right one at all"})
    assert answer.json()["code"] == "identity.sign_in_refused"


async def test_an_app_that_was_never_confirmed_raises_no_session(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    await client.post("/me/authenticator", headers=person.headers)
    body = {"email": person.email, "password": PASSWORD, "code": "000000"}
    assert (await client.post("/sessions", json=body)).json()["assurance"] == "aal1"


async def test_an_address_signs_in_in_whichever_letters_it_is_typed(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    body = {"email": person.email.capitalize(), "password": PASSWORD}
    assert (await client.post("/sessions", json=body)).status_code == 201


async def test_staff_without_any_factor_do_not_come_in(
    client: httpx.AsyncClient, people: People, administrator: Person, force: str
) -> None:
    officer = await people.officer(administrator, force)
    await people.change(delete(tables.authenticators).where(tables.authenticators.c.account_id == officer.id))
    body = {"email": officer.email, "password": officer.password}
    answers = [await client.post("/sessions", json=each) for each in (body, body | {"code": "123456"})]
    assert [answer.json()["code"] for answer in answers] == ["identity.code_needed", "identity.no_authenticator"]


async def test_a_code_is_taken_once(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await people.fresh_code(person)}
    assert (await client.post("/sessions", json=body)).status_code == 201
    assert (await client.post("/sessions", json=body)).json()["code"] == "identity.sign_in_refused"


async def test_of_twenty_sign_ins_with_one_code_one_wins(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await people.fresh_code(person)}
    answers = await asyncio.gather(*(client.post("/sessions", json=body) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_code_one_step_early_or_late_is_taken(resources: Resources, people: People, steps: int) -> None:
    person, moment = await people.careful_resident(), now() + timedelta(minutes=5)
    tokens = await sign_in_at(resources, person, person.code(moment, steps), moment)
    assert tokens.assurance is Assurance.TWO_FACTORS


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_code_two_steps_off_is_refused(resources: Resources, people: People, steps: int) -> None:
    person, moment = await people.careful_resident(), now() + timedelta(minutes=5)
    with pytest.raises(SignInRefused):
        await sign_in_at(resources, person, person.code(moment, steps), moment)


async def test_the_code_before_one_that_was_taken_is_refused(
    resources: Resources, people: People, issuer: Issuer
) -> None:
    person, moment = await people.careful_resident(), now() + timedelta(minutes=5)
    actor, keyring = principal_of(person, issuer), resources.keyring
    await step_up(resources.unit_of_work(), resources.counting, keyring, actor, code=person.code(moment), now=moment)
    with pytest.raises(CodeRefused):
        await step_up(
            resources.unit_of_work(), resources.counting, keyring, actor, code=person.code(moment, -1), now=moment
        )


async def test_an_app_is_confirmed_by_a_code_of_its_own_seed_only(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    first = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    person.seed = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    stale = await client.post(
        "/me/authenticator/confirm", json={"code": pyotp.TOTP(first).now()}, headers=person.headers
    )
    right = await client.post("/me/authenticator/confirm", json={"code": person.code()}, headers=person.headers)
    assert (stale.status_code, right.status_code) == (403, 200)


async def test_stepping_up_renews_the_time_of_the_second_factor(
    resources: Resources, people: People, issuer: Issuer
) -> None:
    person, later = await people.careful_resident(), now() + timedelta(minutes=50)
    before = principal_of(person, issuer)
    token = await step_up(
        resources.unit_of_work(), resources.counting, resources.keyring, before, code=person.code(later), now=later
    )
    assert isinstance(token, str)
    after = read_access_token(token, issuer.trust, later)
    assert (after.session_id, after.assurance) == (before.session_id, Assurance.TWO_FACTORS)
    assert after.authenticated_at == later.replace(microsecond=0)


async def test_stepping_up_needs_an_app(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    answer = await client.post("/sessions/current/step-up", json={"code": "123456"}, headers=person.headers)
    assert answer.json()["code"] == "identity.no_authenticator"


async def test_a_wrong_code_steps_nothing_up(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    wrong = f"{(int(person.code()) + 1) % 1_000_000:06d}"
    answer = await client.post("/sessions/current/step-up", json={"code": wrong}, headers=person.headers)
    assert answer.json()["code"] == "identity.code_refused"


async def test_of_twenty_step_ups_with_one_code_one_wins(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    shown = {"code": await people.fresh_code(person)}
    answers = await asyncio.gather(
        *(client.post("/sessions/current/step-up", json=shown, headers=person.headers) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 19


async def test_a_session_that_is_over_is_not_stepped_up(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    await client.delete("/sessions/current", headers=person.headers)
    shown = {"code": await people.fresh_code(person)}
    answer = await client.post("/sessions/current/step-up", json=shown, headers=person.headers)
    assert answer.json()["code"] == "identity.session_over"


async def test_a_closed_account_steps_nothing_up(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    shown = {"code": await people.fresh_code(person)}
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))
    answer = await client.post("/sessions/current/step-up", json=shown, headers=person.headers)
    assert answer.json()["code"] == "identity.session_over"


async def test_what_is_kept_of_a_code_is_of_one_account_and_one_kind(resources: Resources) -> None:
    one, other, digest = new_id(), new_id(), resources.keyring.code_digest
    kept = {digest(one, "mailed", "123456"), digest(other, "mailed", "123456"), digest(one, "recovery", "123456")}
    assert len(kept) == 3


async def test_a_sealed_seed_opens_for_no_other_account(resources: Resources, people: People) -> None:
    person = await people.careful_resident()
    seeds = select(tables.authenticators.c.sealed_seed).where(tables.authenticators.c.account_id == person.id)
    sealed = (await people.rows(seeds))[0].sealed_seed
    assert resources.keyring.open(person.id, sealed).decode() == person.seed
    with pytest.raises(InvalidTag):
        resources.keyring.open(new_id(), sealed)
