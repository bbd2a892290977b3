"""Changing and resetting the password: sessions end, factors stay, links work once."""

import asyncio
import re

import httpx
import pytest
from identity.storage import tables
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from sqlalchemy import select, update

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address

NEW = "gravel orchid lantern copper"
SECRET = re.compile(r"secret=([\w-]+)")


async def reset_link(people: People, person: Person) -> str:
    assert (await people.client.post("/password-resets", json={"email": person.email})).status_code == 202
    return await people.link_to(person.email)


async def open_reset(people: People, secret: str, password: str = NEW) -> httpx.Response:
    return await people.client.post("/password-resets/open", data={"secret": secret, "password": password})


async def test_a_new_password_ends_every_other_session(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    other = (await client.post("/sessions", json={"email": person.email, "password": PASSWORD})).json()
    body = {"current": PASSWORD, "new": NEW}
    assert (await client.put("/me/password", json=body, headers=person.headers)).status_code == 204
    ended = await client.post("/sessions/refresh", json={"refresh_token": other["refresh_token"]})
    kept = await client.post("/sessions/refresh", json={"refresh_token": person.refresh_token})
    assert (ended.status_code, kept.status_code) == (403, 200)
    for password, status in ((PASSWORD, 403), (NEW, 201)):
        answer = await client.post("/sessions", json={"email": person.email, "password": password})
        assert answer.status_code == status


async def test_a_wrong_present_password_changes_nothing(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    body = {"current": "not the right one at all", "new": NEW}
    answer = await client.put("/me/password", json=body, headers=person.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.not_your_password")
    assert (await client.post("/sessions", json={"email": person.email, "password": PASSWORD})).status_code == 201


async def test_whoever_has_a_second_factor_shows_it_for_a_new_password(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await people.fresh_code(person), "remember": True}
    token = (await client.post("/sessions", json=body)).json()["device_token"]
    one_factor = await client.post("/sessions", json={**body, "code": None, "device_token": token})
    headers = {"authorization": f"Bearer {one_factor.json()['access_token']}"}
    change = {"current": PASSWORD, "new": NEW}
    assert (await client.put("/me/password", json=change, headers=headers)).json()["code"] == (
        "identity.second_factor_needed"
    )
    assert (await client.put("/me/password", json=change, headers=person.headers)).status_code == 204


@pytest.mark.parametrize(
    "weak", ["short", "password1234567", "aaaaaaaaaaaaaaaaaaaa", "1q2w3e4r5t6y", "mailcreated5240", "x" * 200]
)
async def test_weak_passwords_are_refused(client: httpx.AsyncClient, people: People, weak: str) -> None:
    person = await people.resident()
    body = {"current": PASSWORD, "new": weak}
    answer = await client.put("/me/password", json=body, headers=person.headers)
    assert answer.json()["code"] == "identity.weak_password"


async def test_eight_characters_are_enough_beside_a_second_factor_only(
    client: httpx.AsyncClient, people: People
) -> None:
    short = "tV9#kqLw"
    with_app, without = await people.careful_resident(), await people.resident()
    answers = [
        await client.put("/me/password", json={"current": PASSWORD, "new": short}, headers=person.headers)
        for person in (with_app, without)
    ]
    assert [answer.status_code for answer in answers] == [204, 422]


async def test_a_password_typed_in_another_unicode_form_is_the_same(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    composed, decomposed = "caf\u00e9 violet thunder tram", "cafe\u0301 violet thunder tram"
    await client.put("/me/password", json={"current": PASSWORD, "new": composed}, headers=person.headers)
    assert (await client.post("/sessions", json={"email": person.email, "password": decomposed})).status_code == 201


async def test_a_reset_ends_all_sessions_and_skips_no_second_factor(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await people.fresh_code(person), "remember": True}
    remembered = (await client.post("/sessions", json=body)).json()
    assert (await open_reset(people, await reset_link(people, person))).status_code == 200
    for token in (person.refresh_token, remembered["refresh_token"]):
        assert (await client.post("/sessions/refresh", json={"refresh_token": token})).status_code == 403
    fresh = {"email": person.email, "password": NEW, "device_token": remembered["device_token"]}
    assert (await client.post("/sessions", json=fresh)).json()["code"] == "identity.code_needed"


async def test_of_twenty_resets_with_one_link_one_wins(people: People) -> None:
    person = await people.resident()
    secret = await reset_link(people, person)
    passwords = [f"gravel orchid lantern copper {number}" for number in range(20)]
    answers = await asyncio.gather(*(open_reset(people, secret, password) for password in passwords))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19
    winner = next(p for p, answer in zip(passwords, answers, strict=True) if answer.status_code == 200)
    body = {"email": person.email, "password": winner}
    assert (await people.client.post("/sessions", json=body)).status_code == 201


async def test_looking_at_a_reset_uses_nothing_up(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    secret = await reset_link(people, person)
    for _ in range(3):
        assert (await client.get("/password-resets/open", params={"secret": secret})).status_code == 200
    assert (await open_reset(people, secret)).status_code == 200


async def test_a_short_password_is_reset_beside_a_second_factor_only_and_the_owner_is_told(people: People) -> None:
    short = "tV9#kqLw"
    with_app, without = await people.careful_resident(), await people.resident()
    told: list[tuple[int, bool]] = []
    for person in (with_app, without):
        answer = await open_reset(people, await reset_link(people, person), short)
        mails = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.account_id == person.id)
        told.append((answer.status_code, "password_changed" in [row.kind.value for row in await people.rows(mails)]))
    assert told == [(200, True), (422, False)]


async def test_a_reset_makes_every_other_link_worthless(people: People, mailbox: Mailbox) -> None:
    person = await people.resident()
    for _ in range(2):
        await people.client.post("/password-resets", json={"email": person.email})
    newest = await people.link_to(person.email)
    secrets = {found for mail in mailbox.messages(to=person.email) for found in SECRET.findall(mail.get_content())}
    assert (await open_reset(people, newest)).status_code == 200
    assert {(await open_reset(people, secret)).status_code for secret in secrets} == {404}


async def test_a_new_password_makes_a_reset_under_way_worthless(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    secret = await reset_link(people, person)
    change = {"current": PASSWORD, "new": NEW}
    assert (await client.put("/me/password", json=change, headers=person.headers)).status_code == 204
    assert (await open_reset(people, secret, "lantern orchid gravel biscuit")).status_code == 404


async def test_an_account_that_is_closed_gets_no_new_password(people: People) -> None:
    person = await people.resident()
    secret = await reset_link(people, person)
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))
    assert (await open_reset(people, secret)).status_code == 404


async def test_a_newer_reset_makes_the_older_link_worthless(people: People) -> None:
    person = await people.resident()
    first = await reset_link(people, person)
    second = await reset_link(people, person)
    assert (await open_reset(people, first)).status_code == 404
    assert (await open_reset(people, second)).status_code == 200


async def test_a_link_of_another_purpose_resets_nothing(
    client: httpx.AsyncClient, link_to: LinkTo, people: People
) -> None:
    person = Person(an_address())
    await client.post("/accounts", json={"email": person.email, "password": PASSWORD, "display_name": "Amina"})
    assert (await open_reset(people, await link_to(person.email))).status_code == 404


async def test_a_link_that_has_run_out_resets_nothing(people: People) -> None:
    person = await people.resident()
    secret = await reset_link(people, person)
    await people.change(update(tables.links).where(tables.links.c.account_id == person.id).values(expires_at=now()))
    assert (await open_reset(people, secret)).status_code == 404


async def test_a_sign_in_under_way_with_the_old_password_does_not_outlive_a_change(
    client: httpx.AsyncClient, people: People
) -> None:
    for _ in range(5):
        person = await people.resident()
        body = {"email": person.email, "password": PASSWORD}
        change = {"current": PASSWORD, "new": NEW}
        answers = await asyncio.gather(
            client.put("/me/password", json=change, headers=person.headers),
            *(client.post("/sessions", json=body) for _ in range(5)),
        )
        assert answers[0].status_code == 204
        live = [a.json()["refresh_token"] for a in answers[1:] if a.status_code == 201]
        again = [await client.post("/sessions/refresh", json={"refresh_token": token}) for token in live]
        assert {answer.status_code for answer in again} <= {403}


async def test_resets_and_resends_answer_alike_for_known_and_unknown(client: httpx.AsyncClient, people: People) -> None:
    known, unknown = await people.resident(), Person(an_address())
    for path in ("/password-resets", "/accounts/confirmations"):
        answers = [await client.post(path, json={"email": person.email}) for person in (known, unknown)]
        assert answers[0].status_code == answers[1].status_code == 202
        assert answers[0].json() == answers[1].json()


async def test_a_resent_confirmation_works_and_the_first_link_does_not(
    client: httpx.AsyncClient, people: People
) -> None:
    person = Person(an_address())
    await client.post("/accounts", json={"email": person.email, "password": PASSWORD, "display_name": "Amina"})
    first = await people.link_to(person.email)
    await client.post("/accounts/confirmations", json={"email": person.email})
    second = await people.link_to(person.email)
    answers = [
        await client.post("/accounts/confirm", data={"secret": secret, "password": PASSWORD})
        for secret in (first, second)
    ]
    assert [answer.status_code for answer in answers] == [404, 200]


async def test_a_change_repeated_with_one_key_has_one_answer(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    headers = person.headers | {"idempotency-key": new_id().hex}
    change = {"current": PASSWORD, "new": NEW}
    answers = await asyncio.gather(*(client.put("/me/password", json=change, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    mails = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.account_id == person.id)
    assert [row.kind.value for row in await people.rows(mails)] == ["password_changed"]


async def test_an_ended_session_changes_no_password(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    await client.delete("/sessions/current", headers=person.headers)
    answer = await client.put("/me/password", json={"current": PASSWORD, "new": NEW}, headers=person.headers)
    assert answer.json()["code"] == "identity.session_over"
