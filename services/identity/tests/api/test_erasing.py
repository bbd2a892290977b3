"""A member has themselves erased: here at once, everywhere once every service has answered (P29)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from aio_pika import Message
from identity.bootstrap import Resources
from identity.domain.errors import SecondFactorNeeded
from identity.settings import Settings
from identity.storage import tables
from identity.use_cases.erase import erase_own_account
from identity.use_cases.finish_erasure import tell_erasures_again
from identity.use_cases.republish import republish
from identity.worker import working_parts
from pydantic import SecretStr
from shared.auth.principal import Principal
from shared.bus.connection import broker_connection
from shared.bus.outcomes import Done, Outcome
from shared.clock import now
from shared.contracts import documents, groups, messaging
from shared.contracts.envelope import Envelope, Event
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.tasks import running
from shared.testing.eventually import eventually
from shared.testing.service import Ground
from sqlalchemy import delete, select

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address

ERASED, CONSENT, STAFF = "identity.person_erased.v1", "identity.consent_changed.v1", "identity.staff_changed.v1"
SERVICES = (groups, documents, messaging)
Hear = Callable[..., Awaitable[Outcome]]


async def erase(client: httpx.AsyncClient, person: Person, password: str | None = PASSWORD) -> httpx.Response:
    return await client.post("/me/erasure", json={"password": password}, headers=person.headers)


def answers_of(person: Person) -> list[Event]:
    return [service.ErasureDone(person_id=person.id, version=3) for service in SERVICES]


async def everything(people: People) -> str:
    """All rows of all tables but the outbox, where what was told before lies until the relay has taken it."""
    kept = [table for table in tables.metadata.sorted_tables if table.name != "outbox"]
    return str([await people.rows(select(table)) for table in kept])


async def erasure_of(people: People, person: Person) -> Any:  # a row
    return (await people.rows(select(tables.erasures).where(tables.erasures.c.person_id == person.id)))[0]


async def receipts_to(people: People, person: Person) -> int:
    queue = tables.mail_queue.c
    return len(await people.rows(select(queue.id).where(queue.kind == "erased", queue.account_id == person.id)))


async def told(people: People, person: Person, kind: str) -> list[dict[str, Any]]:  # payloads differ by event
    return [each for each in await people.told(person.id) if each["type"] == kind]


async def test_nothing_is_left_of_an_erased_person_but_an_id(
    client: httpx.AsyncClient, people: People, force: str
) -> None:
    person, name = await people.careful_resident(), f"Name {new_id()}"
    await client.patch("/me", json={"display_name": name}, headers=person.headers)
    await client.put(f"/me/consents/{force}", headers=person.headers)
    copy = await everything(people)
    assert name in copy
    assert person.email in copy
    assert (await erase(client, person)).status_code == 202
    copy = await everything(people)
    assert name not in copy
    assert person.email not in copy
    assert str(person.id) in copy
    for table, owner in ((tables.ledger, "account_id"), (tables.authenticators, "account_id")):
        assert await people.rows(select(table).where(table.c[owner] == person.id)) == []
    assert [(each["version"], each["type"]) for each in await told(people, person, ERASED)] == [(4, ERASED)]


async def test_an_erased_person_is_signed_out_and_cannot_sign_in(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    await erase(client, person)
    ended = select(tables.sessions.c.ended_at).where(tables.sessions.c.account_id == person.id)
    assert [row.ended_at is None for row in await people.rows(ended)] == [False]
    refreshed = await client.post("/sessions/refresh", json={"refresh_token": person.refresh_token})
    signed = await client.post("/sessions", json={"email": person.email, "password": PASSWORD})
    assert (refreshed.status_code, signed.status_code) == (403, 403)
    assert (await erase(client, person)).json()["code"] == "identity.not_found"


async def test_consents_end_and_their_receipts_stay(client: httpx.AsyncClient, people: People, force: str) -> None:
    person = await people.resident()
    await client.put(f"/me/consents/{force}", headers=person.headers)
    [(consent_id,)] = await people.rows(select(tables.consents.c.id).where(tables.consents.c.person_id == person.id))
    await erase(client, person)
    assert (await people.told(consent_id))[-1]["state"] == "withdrawn"
    receipts = select(tables.consent_receipts.c.is_given).where(tables.consent_receipts.c.person_id == person.id)
    assert [row.is_given for row in await people.rows(receipts.order_by(tables.consent_receipts.c.id))] == [True, False]


async def test_an_appointment_ends_with_its_person(
    client: httpx.AsyncClient, people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    assert (await erase(client, person)).status_code == 202
    newest = (await told(people, person, STAFF))[-1]
    assert (newest["state"], newest["display_name"], newest["version"]) == ("ended", "", 2)


async def test_erasing_asks_for_the_password_where_there_is_no_second_factor(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    for password in (None, "not the password at all"):
        assert (await erase(client, person, password)).json()["code"] == "identity.not_your_password"
    assert (await erase(client, person)).status_code == 202


async def test_erasing_asks_for_a_fresh_second_factor_where_there_is_one(
    client: httpx.AsyncClient, people: People, resources: Resources, actor_of: Callable[[Person], Principal]
) -> None:
    person = await people.careful_resident()
    with pytest.raises(SecondFactorNeeded):
        await erase_own_account(
            resources.unit_of_work(),
            resources.unit_of_work(),
            resources.counting,
            resources.keyring,
            resources.hasher,
            actor_of(person),
            password=PASSWORD,
            now=now() + timedelta(minutes=6),
        )
    await people.change(tables.tries.delete())  # that moment has not come yet
    assert (await erase(client, person, None)).status_code == 202


async def test_staff_cannot_erase_themselves(client: httpx.AsyncClient, officer: Person) -> None:
    assert (await erase(client, officer)).status_code == 403


async def test_twenty_times_at_once_is_one_erasure(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    answers = await asyncio.gather(*(erase(client, person) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [202] + [404] * 19
    assert len(await told(people, person, ERASED)) == 1


async def test_the_receipt_goes_out_when_every_service_has_answered_and_the_address_is_destroyed(
    client: httpx.AsyncClient,
    people: People,
    hear: Hear,
    mailbox: Mailbox,
    send_mail: Callable[[], Awaitable[None]],
) -> None:
    person = await people.resident()
    await erase(client, person)
    await send_mail()
    before = len(mailbox.messages(to=person.email))
    *first, last = answers_of(person)
    for event in (*first, *reversed(first)):
        assert await hear(event) == Done()
    assert (await erasure_of(people, person)).sealed_address is not None
    assert await receipts_to(people, person) == 0
    event_id = new_id()
    for _ in range(2):  # as after a crash between commit and acknowledgement
        assert await hear(last, event_id) == Done()
    assert await hear(last) == Done()
    assert await receipts_to(people, person) == 1
    row = await erasure_of(people, person)
    assert (row.sealed_address, row.finished_at is None) == (None, False)
    await send_mail()
    assert [mail["Subject"] for mail in mailbox.messages(to=person.email)[before:]] == [
        "Your OurWatch account is erased"
    ]
    assert person.email not in await everything(people)


async def test_a_mail_that_was_in_hand_when_its_person_was_erased_is_not_sent(
    client: httpx.AsyncClient, people: People, mailbox: Mailbox, send_mail: Callable[[], Awaitable[None]]
) -> None:
    person = await people.resident()
    await erase(client, person)
    queue = tables.mail_queue
    row = {"id": new_id(), "kind": "already_registered", "account_id": person.id, "due_at": now(), "attempts": 0}
    await people.change(queue.insert().values(row))
    await send_mail()
    assert await people.rows(select(queue.c.id).where(queue.c.account_id == person.id)) == []
    assert mailbox.messages(to=f"{person.id.hex}@erased.invalid") == []


async def test_all_answers_at_once_are_one_receipt(client: httpx.AsyncClient, people: People, hear: Hear) -> None:
    person = await people.resident()
    await erase(client, person)
    outcomes = await asyncio.gather(*(hear(event) for event in answers_of(person) * 7))
    assert set(outcomes) == {Done()}
    assert await receipts_to(people, person) == 1
    assert (await erasure_of(people, person)).finished_at is not None


async def test_an_answer_to_what_nobody_asked_is_left_aside(hear: Hear) -> None:
    assert await hear(groups.ErasureDone(person_id=new_id(), version=1)) == Done()


async def test_a_service_that_does_not_answer_is_asked_again_after_an_hour(
    client: httpx.AsyncClient, people: People, resources: Resources, hear: Hear
) -> None:
    stuck, finished = await people.resident(), await people.resident()
    for person in (stuck, finished):
        await erase(client, person)
    for event in (*answers_of(stuck)[:2], *answers_of(finished)):
        await hear(event)
    for minutes, asked in ((59, 1), (61, 2), (62, 2)):
        await tell_erasures_again(resources.unit_of_work, now() + timedelta(minutes=minutes))
        assert len(await told(people, stuck, ERASED)) == asked
    assert len(await told(people, finished, ERASED)) == 1
    assert {each["version"] for each in await told(people, stuck, ERASED)} == {3}


async def test_republishing_tells_an_erased_person_as_erased(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    person = await people.resident()
    await erase(client, person)
    await people.change(delete(tables.metadata.tables["outbox"]))
    await republish(resources.unit_of_work(), resources.keyring)
    assert [each["type"] for each in await people.told(person.id)] == [ERASED]


async def test_whoever_signs_up_again_is_somebody_new(
    client: httpx.AsyncClient, people: People, link_to: LinkTo, hear: Hear
) -> None:
    person = await people.resident()
    await erase(client, person)
    again = await people.resident(person.email)
    assert again.id != person.id
    for event in answers_of(person):
        await hear(event)
    assert (await client.get("/me", headers=again.headers)).json()["email"] == person.email
    assert await link_to(person.email)


async def test_nobody_can_register_the_address_that_an_erased_account_has(client: httpx.AsyncClient) -> None:
    body = {"email": f"{new_id().hex}@erased.invalid", "password": PASSWORD, "display_name": "Amina"}
    assert (await client.post("/accounts", json=body)).status_code == 422


async def test_the_running_worker_hears_the_services_and_writes_the_receipt(
    client: httpx.AsyncClient,
    people: People,
    resources: Resources,
    settings: Settings,
    ground: Ground,
    mailbox: Mailbox,
) -> None:
    person = await people.resident(an_address("leaving"))
    await erase(client, person)
    # Hundreds of mails of other tests, that nobody sent, would go out first.
    await people.change(delete(tables.mail_queue).where(tables.mail_queue.c.account_id != person.id))
    async with running(*working_parts(resources, settings)):
        root = ground.servers.amqp_url("root", ground.servers.broker_password, ground.vhost)
        async with broker_connection(SecretStr(root), "test") as connection:
            channel = await connection.channel()
            for event in answers_of(person):
                producer = event.type.partition(".")[0]
                exchange = await channel.get_exchange(producer, ensure=False)
                await exchange.publish(Message(Envelope.of(event, producer).model_dump_json().encode()), event.type)

        async def written() -> bool:
            return any("is erased" in mail["Subject"] for mail in mailbox.messages(to=person.email))

        assert await eventually(written, within=90)
