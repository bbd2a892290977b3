"""A resident registers, confirms and signs in; nobody learns who has an account."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from shared.ids import new_id
from shared.servers.mailsink import Mailbox

from services.identity.tests.conftest import People, Person

PASSWORD = "tram violet thunder biscuit"
ANOTHER = "quite another long one"
LinkTo = Callable[[str], Awaitable[str]]


def registration(address: str, **changes: object) -> dict[str, object]:
    return {"email": address, "password": PASSWORD, "display_name": "Amina Rahman", "area": "E05009317"} | changes


async def confirm(client: httpx.AsyncClient, secret: str, password: str) -> httpx.Response:
    return await client.post("/accounts/confirm", data={"secret": secret, "password": password})


async def test_a_resident_registers_confirms_and_signs_in(
    client: httpx.AsyncClient, people: People, address: str
) -> None:
    resident = await people.resident(address)
    me = await client.get("/me", headers=resident.headers)
    assert me.json()["email"] == address


async def test_an_unconfirmed_account_cannot_sign_in(client: httpx.AsyncClient, address: str) -> None:
    await client.post("/accounts", json=registration(address))
    answer = await client.post("/sessions", json={"email": address, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.sign_in_refused")


async def test_a_known_and_an_unknown_address_are_answered_alike(
    client: httpx.AsyncClient, people: People, address: str
) -> None:
    await people.resident(address)
    again = await client.post("/accounts", json=registration(address, password=ANOTHER))
    fresh = await client.post("/accounts", json=registration(f"x{address}"))
    assert (again.status_code, again.content) == (fresh.status_code, fresh.content)
    assert set(again.headers) == set(fresh.headers)
    # and the account is as it was
    assert (await client.post("/sessions", json={"email": address, "password": PASSWORD})).status_code == 201


async def test_whoever_cannot_sign_in_does_not_learn_why(
    client: httpx.AsyncClient, people: People, officer: Person, address: str
) -> None:
    resident, careful = await people.resident(), await people.careful_resident()
    await client.post("/accounts", json=registration(address))  # and never confirmed
    tried = [
        {"email": resident.email, "password": "not the right one at all"},
        {"email": officer.email, "password": "not the right one at all"},
        {"email": careful.email, "password": PASSWORD, "code": careful.code(steps=50)},
        {"email": address, "password": PASSWORD},
        {"email": f"x{address}", "password": PASSWORD},
    ]
    answers = [await client.post("/sessions", json=each) for each in tried]
    assert len({told(answer) for answer in answers}) == 1
    assert answers[0].json()["code"] == "identity.sign_in_refused"


def told(answer: httpx.Response) -> tuple[object, ...]:
    """All that an answer tells, save the id that differs in each."""
    body = {name: value for name, value in answer.json().items() if name != "correlation_id"}
    return answer.status_code, str(body), tuple(sorted(answer.headers))


async def test_a_link_is_used_once_even_by_twenty_at_once(
    client: httpx.AsyncClient, link_to: LinkTo, address: str
) -> None:
    await client.post("/accounts", json=registration(address))
    form = {"secret": await link_to(address), "password": PASSWORD}
    answers = await asyncio.gather(*(client.post("/accounts/confirm", data=form) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19


async def test_registering_again_makes_the_first_link_worthless(
    client: httpx.AsyncClient, link_to: LinkTo, address: str
) -> None:
    await client.post("/accounts", json=registration(address))
    first = await link_to(address)
    await client.post("/accounts", json=registration(address, password=ANOTHER))
    for password in (PASSWORD, ANOTHER):
        assert (await confirm(client, first, password)).status_code == 404


async def test_whoever_registers_an_address_again_does_not_get_the_account_that_its_owner_confirms(
    client: httpx.AsyncClient, link_to: LinkTo, address: str
) -> None:
    await client.post("/accounts", json=registration(address))
    await client.post("/accounts", json=registration(address, password=ANOTHER))
    by_its_owner = await confirm(client, await link_to(address), PASSWORD)
    assert (by_its_owner.status_code, "sign up again" in by_its_owner.text) == (403, True)
    stranger = await client.post("/sessions", json={"email": address, "password": ANOTHER})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "identity.sign_in_refused")
    # The owner signs up once more, and the account is the owner's.
    await client.post("/accounts", json=registration(address))
    assert (await confirm(client, await link_to(address), PASSWORD)).status_code == 200
    assert (await client.post("/sessions", json={"email": address, "password": PASSWORD})).status_code == 201
    assert (await client.post("/sessions", json={"email": address, "password": ANOTHER})).status_code == 403


async def test_a_wrong_password_keeps_the_link_and_shows_the_form_again(
    client: httpx.AsyncClient, link_to: LinkTo, address: str
) -> None:
    await client.post("/accounts", json=registration(address))
    secret = await link_to(address)
    shown = await client.get("/accounts/confirm", params={"secret": secret})
    wrong = await confirm(client, secret, ANOTHER)
    for answer, status in ((shown, 200), (wrong, 403)):
        assert answer.status_code == status
        assert f'name="secret" value="{secret}"' in answer.text
        assert 'name="password"' in answer.text
    assert ANOTHER not in wrong.text
    assert (await confirm(client, secret, PASSWORD)).status_code == 200


async def test_confirming_twenty_times_with_one_key_has_one_answer(
    client: httpx.AsyncClient, link_to: LinkTo, address: str
) -> None:
    await client.post("/accounts", json=registration(address))
    form = {"secret": await link_to(address), "password": PASSWORD}
    headers = {"idempotency-key": new_id().hex}
    answers = await asyncio.gather(*(client.post("/accounts/confirm", data=form, headers=headers) for _ in range(20)))
    answers.append(await client.post("/accounts/confirm", data=form, headers=headers))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}


async def test_registering_twenty_times_with_one_key_has_one_effect(
    client: httpx.AsyncClient, address: str, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    headers = {"idempotency-key": new_id().hex}
    answers = await asyncio.gather(
        *(client.post("/accounts", json=registration(address), headers=headers) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {202}
    await send_mail()
    assert len(mailbox.messages(to=address)) == 1


async def test_one_key_for_two_requests_is_refused(client: httpx.AsyncClient, address: str) -> None:
    headers = {"idempotency-key": new_id().hex}
    await client.post("/accounts", json=registration(address), headers=headers)
    other = await client.post("/accounts", json=registration(f"x{address}"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "request.idempotency_key_reused")


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaaaaaa", "ourwatchourwatch", "Amina Rahman Amina"])
async def test_a_weak_password_is_refused_with_what_to_do(client: httpx.AsyncClient, address: str, weak: str) -> None:
    answer = await client.post("/accounts", json=registration(address, password=weak))
    assert (answer.status_code, answer.json()["code"]) == (422, "identity.weak_password")


@pytest.mark.parametrize(
    "hostile",
    ["a@b.org, c@d.org", "-oX@example.org", "a\n@example.org", "a@b.org\r\nBcc: c@d.org", "a b@c.org", "a@b.org\x00"],
)
async def test_text_that_could_become_a_second_address_is_refused(client: httpx.AsyncClient, hostile: str) -> None:
    answer = await client.post("/accounts", json=registration(hostile))
    assert answer.status_code == 422
    assert hostile not in answer.text
