"""A session is gone on with by rotating tokens; a copy that comes back ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import SessionOver
from identity.storage import tables
from identity.use_cases.issue_tokens import Tokens
from identity.use_cases.refresh_session import refresh_session
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from sqlalchemy import func, select, update

from services.identity.tests.conftest import People, Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Refresh = Callable[[str, datetime], Awaitable[Tokens]]


@pytest.fixture
def refresh(resources: Resources) -> Refresh:
    """Goes on with a session at a moment of the test's choice."""

    async def at(token: str, moment: datetime) -> Tokens:
        return await refresh_session(resources.unit_of_work(), resources.keyring, refresh_token=token, now=moment)

    return at


async def test_each_refresh_hands_out_another_token(refresh: Refresh, people: People) -> None:
    person, chain = await people.resident(), list[str]()
    token = person.refresh_token
    for minutes in range(3):
        token = (await refresh(token, now() + timedelta(minutes=minutes))).refresh_token
        chain.append(token)
    assert len({person.refresh_token, *chain}) == 4


async def test_two_tabs_within_five_seconds_get_the_same_and_stay_in(refresh: Refresh, people: People) -> None:
    person, moment = await people.resident(), now()
    first = await refresh(person.refresh_token, moment)
    second = await refresh(person.refresh_token, moment + timedelta(seconds=5))
    assert first.refresh_token == second.refresh_token
    assert (await refresh(first.refresh_token, moment + timedelta(seconds=6))).session_id == person.session_id


async def test_whoever_goes_on_is_here(refresh: Refresh, people: People) -> None:
    """For retention: the account of somebody who stays signed in is not one that nobody uses."""
    person, account = await people.resident(), tables.accounts.c
    long_ago = now() - timedelta(days=700)
    changed = {"last_active_at": long_ago, "warned_at": long_ago}
    await people.change(update(tables.accounts).where(account.id == person.id).values(changed))
    moment = now()
    await refresh(person.refresh_token, moment)
    seen = select(account.last_active_at, account.warned_at).where(account.id == person.id)
    assert [tuple(row) for row in await people.rows(seen)] == [(moment, None)]


async def test_fifty_refreshes_at_once_leave_one_living_chain(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    body = {"refresh_token": person.refresh_token}
    answers = await asyncio.gather(*(client.post("/sessions/refresh", json=body) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    living = select(func.count()).where(
        tables.refresh_tokens.c.session_id == person.session_id, tables.refresh_tokens.c.replaced_at.is_(None)
    )
    assert (await people.rows(living))[0][0] == 1


async def test_a_copy_that_comes_back_later_ends_the_session_and_its_owner_is_told(
    refresh: Refresh, people: People, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    person, moment = await people.resident(), now() - timedelta(minutes=1)
    successor = (await refresh(person.refresh_token, moment)).refresh_token
    with pytest.raises(SessionOver):
        await refresh(person.refresh_token, moment + timedelta(seconds=5, milliseconds=1))
    with pytest.raises(SessionOver):
        await refresh(successor, moment + timedelta(seconds=6))
    await send_mail()
    assert [m["Subject"] for m in mailbox.messages(to=person.email)][-1] == "We signed you out on one device"


async def test_the_end_stands_although_the_answer_is_a_refusal_also_under_a_key(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    await client.post("/sessions/refresh", json={"refresh_token": person.refresh_token})
    await people.change(
        update(tables.refresh_tokens)
        .where(
            tables.refresh_tokens.c.session_id == person.session_id, tables.refresh_tokens.c.replaced_at.is_not(None)
        )
        .values(replaced_at=now() - timedelta(minutes=1))
    )
    body, headers = {"refresh_token": person.refresh_token}, {"idempotency-key": new_id().hex}
    assert (await client.post("/sessions/refresh", json=body, headers=headers)).status_code == 403
    assert person.session_id in await ended(client)


async def test_a_token_that_nobody_handed_out_goes_on_with_nothing(refresh: Refresh) -> None:
    with pytest.raises(SessionOver):
        await refresh(new_id().hex, now())


@pytest.mark.parametrize(
    ("kind", "idle", "whole"),
    [("member", HOUR, DAY), ("remembered", 30 * DAY, 180 * DAY), ("staff", HOUR, DAY)],
)
async def test_a_session_ends_when_idle_and_after_its_whole_time(
    refresh: Refresh, people: People, officer: Person, kind: str, idle: timedelta, whole: timedelta
) -> None:
    if kind == "staff":
        person = await people.sign_in(officer)
        # Not even a device that were remembered keeps staff signed in.
        session = tables.sessions.c.id == person.session_id
        await people.change(update(tables.sessions).where(session).values(remembered=True))
    else:
        person = await people.sign_in(await people.resident(), remember=kind == "remembered")
    [(opened,)] = await people.rows(
        select(tables.sessions.c.opened_at).where(tables.sessions.c.id == person.session_id)
    )
    token, last, second = person.refresh_token, opened, timedelta(seconds=1)
    while last + idle - second < opened + whole:
        with pytest.raises(SessionOver):
            await refresh(token, last + idle)
        last += idle - second
        token = (await refresh(token, last)).refresh_token
    with pytest.raises(SessionOver):
        await refresh(token, opened + whole)


async def test_signing_out_ends_this_session_and_no_other(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    first, token, headers = person.session_id, person.refresh_token, person.headers
    other = await people.sign_in(person)
    assert (await client.delete("/sessions/current", headers=headers)).status_code == 204
    over = await ended(client)
    assert first in over
    assert other.session_id not in over
    assert (await client.post("/sessions/refresh", json={"refresh_token": token})).status_code == 403
    assert (await client.post("/sessions/refresh", json={"refresh_token": other.refresh_token})).status_code == 200


async def test_the_gateway_asks_from_the_moment_it_was_told(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    until = (await client.get("/internal/revocations")).json()["until"]
    await client.delete("/sessions/current", headers=person.headers)
    answer = await client.get("/internal/revocations", params={"since": until})
    assert str(person.session_id) in answer.json()["ended"]


async def test_a_closed_account_goes_on_with_nothing(refresh: Refresh, people: People) -> None:
    person = await people.resident()
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))
    with pytest.raises(SessionOver):
        await refresh(person.refresh_token, now())


async def ended(client: httpx.AsyncClient) -> list[UUID]:
    return [UUID(each) for each in (await client.get("/internal/revocations")).json()["ended"]]


async def test_two_rotations_within_a_second_and_then_the_first_again_end_the_session(
    refresh: Refresh, people: People
) -> None:
    person, moment = await people.resident(), now()
    second = (await refresh(person.refresh_token, moment)).refresh_token
    third = (await refresh(second, moment + timedelta(milliseconds=400))).refresh_token
    with pytest.raises(SessionOver):
        await refresh(person.refresh_token, moment + timedelta(milliseconds=800))
    with pytest.raises(SessionOver):
        await refresh(third, moment + timedelta(seconds=1))


async def test_fifty_refreshes_beside_a_sign_out_leave_nothing_alive(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    body = {"refresh_token": person.refresh_token}
    _, *answers = await asyncio.gather(
        client.delete("/me/sessions", headers=person.headers),
        *(client.post("/sessions/refresh", json=body) for _ in range(50)),
    )
    assert {answer.status_code for answer in answers} <= {200, 403}
    handed_out = {answer.json()["refresh_token"] for answer in answers if answer.status_code == 200}
    for token in {person.refresh_token, *handed_out}:
        assert (await client.post("/sessions/refresh", json={"refresh_token": token})).status_code == 403
