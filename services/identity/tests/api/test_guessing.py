"""Guessing is held off, and the owner on a known device never is."""

import asyncio
from collections import Counter

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.guessing import PATIENCE, Lane
from identity.storage import tables
from shared.http.headers import SOURCE_HEADER
from shared.ids import new_id
from sqlalchemy import func, select

from services.identity.tests.conftest import PASSWORD, People, Person, an_address
from services.identity.tests.counted_tries import failures_of


def wrong(person: Person, number: int) -> dict[str, str]:
    return {"email": person.email, "password": f"not the right one {number}"}


async def known_device(people: People) -> tuple[Person, dict[str, object]]:
    """A resident, and how they sign in on a device that they used before."""
    person = await people.resident()
    body: dict[str, object] = {"email": person.email, "password": PASSWORD}
    first = await people.client.post("/sessions", json=body)
    return person, {**body, "device_token": first.json()["device_token"]}


async def test_an_owner_on_a_known_device_signs_in_while_fifty_sources_guess(
    client: httpx.AsyncClient, people: People
) -> None:
    person, owner = await known_device(people)
    statuses: Counter[int] = Counter()

    async def guess(number: int) -> None:
        source = {SOURCE_HEADER: f"198.51.100.{number % 50}"}
        answer = await client.post("/sessions", json=wrong(person, number), headers=source)
        statuses[answer.status_code] += 1

    for round_ in range(6):
        await asyncio.gather(*(guess(round_ * 50 + number) for number in range(50)))
        answer = await client.post("/sessions", json=owner)
        assert answer.status_code == 201, answer.text
    assert set(statuses) == {403, 429}
    assert statuses[403] < 20  # of 300 guesses so many were looked at


async def test_of_fifty_guesses_at_once_only_the_free_ones_are_looked_at(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    answers = await asyncio.gather(*(client.post("/sessions", json=wrong(person, n)) for n in range(50)))
    looked_at = [answer for answer in answers if answer.status_code == 403]
    held_off = [answer for answer in answers if answer.status_code == 429]
    assert len(looked_at) <= PATIENCE[Lane.ACCOUNT].free + 1
    assert {answer.json()["code"] for answer in held_off} == {"identity.too_many_tries"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in held_off)


async def test_an_unknown_address_is_held_off_as_a_known_one_is(client: httpx.AsyncClient, people: People) -> None:
    known = await people.resident()
    told = []
    for person in (known, Person(an_address())):
        answers = [await client.post("/sessions", json=wrong(person, n)) for n in range(8)]
        told.append([(a.status_code, a.json()["code"], a.headers.get("retry-after")) for a in answers])
    assert told[0] == told[1]


async def test_each_wrong_code_beside_the_right_password_is_a_try(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD}
    far_off = [person.code(steps=number) for number in range(50, 58)]
    answers = [await client.post("/sessions", json=body | {"code": code}) for code in far_off]
    assert [answer.status_code for answer in answers][-1] == 429


async def test_an_address_in_other_letters_is_the_same_address_to_guess_at(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    local, domain = person.email.split("@")
    spellings = [f"{local[:n].upper()}{local[n:]}@{domain}" for n in range(8)]
    answers = [
        await client.post("/sessions", json={"email": email, "shared_as": "", "password": f"a wrong one {email}"})
        for email in spellings
    ]
    assert [answer.status_code for answer in answers][-1] == 429


async def test_a_forgotten_device_guesses_as_a_stranger_does(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    person, on_device = await known_device(people)
    lane = resources.keyring.lane(Lane.ACCOUNT, f"{person.email}\n")
    await client.post("/sessions", json=on_device | {"password": "not the right one"})
    assert await failures_of(people, lane) == 0
    for device in (await client.get("/me/devices", headers=person.headers)).json():
        await client.delete(f"/me/devices/{device['id']}", headers=person.headers)
    await client.post("/sessions", json=on_device | {"password": "not the right one either"})
    assert await failures_of(people, lane) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/me/password", {"current": "a wrong one {}", "new": "copper lantern gravel orchid"}),
        ("POST", "/me/email", {"password": "a wrong one {}", "email": "moved@example.org"}),
        ("POST", "/me/erasure", {"password": "a wrong one {}"}),
        ("POST", "/sessions/current/step-up", {"code": "00000{}"}),
    ],
)
async def test_whoever_holds_a_session_guesses_no_more_than_a_stranger_on_however_many(
    client: httpx.AsyncClient, people: People, method: str, path: str, body: dict[str, str]
) -> None:
    person = await (people.careful_resident() if "code" in body else people.resident())
    sessions = [person.headers]
    if not person.seed:
        sessions.append((await people.sign_in(Person(person.email))).headers)
    answers = [
        await client.request(
            method,
            path,
            json={name: text.format(number) for name, text in body.items()},
            headers=sessions[number % len(sessions)],
        )
        for number in range(8)
    ]
    assert answers[0].status_code == 403
    assert answers[-1].json()["code"] == "identity.too_many_tries"


async def test_an_office_that_signs_in_at_once_is_not_held_off(client: httpx.AsyncClient, people: People) -> None:
    office = [await people.resident() for _ in range(12)]
    answers = await asyncio.gather(
        *(
            client.post(
                "/sessions", json={"email": each.email, "password": PASSWORD}, headers={SOURCE_HEADER: "203.0.113.9"}
            )
            for each in office
        )
    )
    assert {answer.status_code for answer in answers} == {201}


async def test_the_right_password_is_no_failure_also_without_the_code(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    for person, told in ((await people.resident(), 201), (await people.careful_resident(), 403)):
        body = {"email": person.email, "password": PASSWORD}
        assert {(await client.post("/sessions", json=body)).status_code for _ in range(12)} == {told}
        assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, f"{person.email}\n")) == 0


async def test_one_password_tried_on_many_accounts_is_many_tries_of_its_source(
    client: httpx.AsyncClient, resources: Resources, people: People
) -> None:
    source = f"192.0.2.{new_id().int % 200}"
    for _ in range(10):
        body = {"email": an_address(), "password": "the one that many people use"}
        await client.post("/sessions", json=body, headers={SOURCE_HEADER: source})
    assert await failures_of(people, resources.keyring.lane(Lane.SOURCE, source)) == 10


async def test_no_stranger_keeps_a_reset_from_its_owner(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    for _ in range(20):
        await client.post("/accounts/confirmations", json={"email": person.email})
        await client.post("/password-resets", json={"email": person.email, "shared_as": "nobody"})
    await client.post("/password-resets", json={"email": person.email})
    queued = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.account_id == person.id)
    assert "reset_password" in [row.kind.value for row in await people.rows(queued)]


async def test_after_a_reset_the_owner_comes_in_however_many_have_guessed(
    client: httpx.AsyncClient, people: People
) -> None:
    person, new = await people.resident(), "gravel orchid lantern copper"
    for number in range(12):
        await client.post("/sessions", json=wrong(person, number))
    await client.post("/password-resets", json={"email": person.email})
    form = {"secret": await people.link_to(person.email), "password": new}
    assert (await client.post("/password-resets/open", data=form)).status_code == 200
    assert (await client.post("/sessions", json={"email": person.email, "password": new})).status_code == 201


@pytest.mark.parametrize("path", ["/password-resets", "/accounts/confirmations"])
async def test_a_mailbox_is_not_flooded(client: httpx.AsyncClient, people: People, path: str) -> None:
    person = await people.resident()
    if path == "/accounts/confirmations":
        await people.change(
            tables.accounts.update().where(tables.accounts.c.id == person.id).values(state="registered")
        )
    queued = select(func.count()).select_from(tables.mail_queue).where(tables.mail_queue.c.account_id == person.id)
    before = (await people.rows(queued))[0][0]
    spellings = (person.email, person.email.capitalize())
    answers = [await client.post(path, json={"email": email}) for email in spellings * 10]
    assert {answer.status_code for answer in answers} == {202}
    assert (await people.rows(queued))[0][0] - before <= PATIENCE[Lane.MAIL].free + 1
