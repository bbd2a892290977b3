"""A new address: confirmed by its mailbox, told to the old one, stoppable for three days."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from identity.domain.guessing import PATIENCE, Lane
from identity.storage import tables
from identity.use_cases.change_email import finish_email_change
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from sqlalchemy import select, update

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address
from services.identity.tests.second_factors import of_one_factor

LATER = timedelta(hours=73)


async def ask(people: People, person: Person, new: str, **more: str) -> httpx.Response:
    body = {"email": new, "password": PASSWORD, **more}
    return await people.client.post("/me/email", json=body, headers=person.headers)


async def confirm(people: People, secret: str) -> httpx.Response:
    return await people.client.post("/email-changes/confirm", data={"secret": secret})


async def finish(people: People, after: timedelta = LATER) -> None:
    while await finish_email_change(people.resources.unit_of_work(), people.resources.keyring, now=now() + after):
        pass


async def address_of(people: People, person: Person) -> str:
    [(email,)] = await people.rows(select(tables.accounts.c.email).where(tables.accounts.c.id == person.id))
    return str(email)


async def test_an_address_changes_three_days_after_the_new_mailbox_said_yes(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    assert (await ask(people, person, new)).status_code == 202
    link = await link_to(new)
    assert [(await confirm(people, link)).status_code for _ in range(2)] == [200, 404]
    await finish(people, timedelta(hours=71))
    assert await address_of(people, person) == person.email
    await finish(people)
    assert await address_of(people, person) == new
    told = await people.told(person.id)
    assert [event["email"] for event in told if event["type"] == "identity.contact_changed.v1"][-1] == new
    body = {"email": new, "password": PASSWORD}
    assert (await people.client.post("/sessions", json=body)).status_code == 201
    moved = select(tables.mail_queue.c.address).where(
        tables.mail_queue.c.account_id == person.id, tables.mail_queue.c.kind == "email_changed"
    )
    assert {row.address for row in await people.rows(moved)} == {person.email, new}


async def test_without_the_new_mailbox_nothing_changes(people: People) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await finish(people)
    assert await address_of(people, person) == person.email


async def test_the_old_mailbox_stops_it(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    stop = await link_to(person.email)
    assert (await people.client.get("/email-changes/stop", params={"secret": stop})).status_code == 200
    assert (await people.client.post("/email-changes/stop", data={"secret": stop})).status_code == 200
    await finish(people)
    assert await address_of(people, person) == person.email


async def test_the_owner_stops_it_signed_in(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    answers = [await people.client.delete("/me/email", headers=person.headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]
    await finish(people)
    assert await address_of(people, person) == person.email


async def test_a_taken_address_is_told_to_its_mailbox_alone(people: People) -> None:
    person, other = await people.resident(), await people.resident()
    taken, free = await ask(people, person, other.email), await ask(people, person, an_address())
    assert (taken.status_code, taken.json()) == (free.status_code, free.json())
    mails = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.address == other.email)
    assert [row.kind.value for row in await people.rows(mails)] == ["new_email_in_use"]


async def test_an_address_taken_while_the_wait_ran_stays_its_owners(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    await people.resident(new)
    await finish(people)
    assert await address_of(people, person) == person.email


async def test_a_link_of_an_earlier_request_confirms_no_later_one(people: People, link_to: LinkTo) -> None:
    person, first, second = await people.resident(), an_address("moved"), an_address("moved")
    await ask(people, person, first)
    link = await link_to(first)
    await ask(people, person, second)
    assert (await confirm(people, link)).status_code == 404


async def test_a_mail_of_an_earlier_request_that_comes_late_confirms_no_later_one(
    people: People, send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox
) -> None:
    """Otherwise whoever has the first mailbox would have the second address without ever reading its mail."""
    person, own, anothers = await people.resident(), an_address("own"), an_address("anothers")
    await ask(people, person, own)
    await ask(people, person, anothers)
    await send_mail()
    assert mailbox.messages(to=own) == []
    assert len(mailbox.messages(to=anothers)) == 1


@pytest.mark.parametrize("by", ["change", "reset"])
async def test_a_new_password_gives_up_a_change_of_address_under_way(people: People, link_to: LinkTo, by: str) -> None:
    person, new, another = await people.resident(), an_address("moved"), "gravel orchid lantern copper"
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    if by == "change":
        change = {"current": PASSWORD, "new": another}
        await people.client.put("/me/password", json=change, headers=person.headers)
    else:
        await people.client.post("/password-resets", json={"email": person.email})
        form = {"secret": await link_to(person.email), "password": another}
        await people.client.post("/password-resets/open", data=form)
    await finish(people)
    assert await address_of(people, person) == person.email
    body = {"email": person.email, "password": another}
    assert (await people.client.post("/sessions", json=body)).status_code == 201


async def test_a_reset_that_was_mailed_to_the_old_address_is_worthless_once_it_moved(
    people: People, link_to: LinkTo
) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    await people.client.post("/password-resets", json={"email": person.email})
    form = {"secret": await link_to(person.email), "password": "gravel orchid lantern copper"}
    await finish(people)
    assert (await people.client.post("/password-resets/open", data=form)).status_code == 404


async def test_a_closed_account_does_not_move(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    await people.change(update(tables.accounts).where(tables.accounts.c.id == person.id).values(state="closed"))
    await finish(people)
    assert await address_of(people, person) == person.email


async def test_whoever_shares_a_mailbox_moves_to_it_under_a_name_of_their_own(people: People, link_to: LinkTo) -> None:
    person, other = await people.resident(), await people.resident()
    await ask(people, person, other.email, shared_as="anna")
    assert (await confirm(people, await link_to(other.email))).status_code == 200
    await finish(people)
    assert await address_of(people, person) == other.email


async def test_nobody_moves_to_the_address_of_staff(people: People, officer: Person) -> None:
    person = await people.resident()
    assert (await ask(people, person, officer.email, shared_as="anna")).status_code == 202
    mails = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.address == officer.email)
    assert [row.kind.value for row in await people.rows(mails)] == ["new_email_in_use"]


async def test_whoever_has_a_second_factor_shows_it_for_a_new_address(people: People) -> None:
    person = await people.careful_resident()
    await of_one_factor(people, person)
    answer = await ask(people, person, an_address("moved"))
    assert answer.json()["code"] == "identity.second_factor_needed"


async def test_a_mailbox_is_not_flooded_with_requests_to_confirm(people: People) -> None:
    person, new = await people.resident(), an_address("moved")
    for _ in range(8):
        assert (await ask(people, person, new)).status_code == 202
    mails = select(tables.mail_queue.c.kind).where(tables.mail_queue.c.address == new)
    assert len(await people.rows(mails)) == PATIENCE[Lane.MAIL].free + 1


async def test_stopping_and_finishing_at_once_leave_one_truth(people: People, link_to: LinkTo) -> None:
    for _ in range(4):
        person, new = await people.resident(), an_address("moved")
        await ask(people, person, new)
        await confirm(people, await link_to(new))
        await people.change(
            update(tables.email_changes)
            .where(tables.email_changes.c.account_id == person.id)
            .values(effective_at=now() - timedelta(seconds=1))
        )
        stop = await link_to(person.email)
        resources = people.resources
        stopping = asyncio.create_task(people.client.post("/email-changes/stop", data={"secret": stop}))
        await asyncio.gather(
            *(finish_email_change(resources.unit_of_work(), resources.keyring, now=now()) for _ in range(4))
        )
        stopped = (await stopping).status_code == 200
        await finish(people, timedelta(0))
        assert (await address_of(people, person) == person.email) is stopped


async def test_a_wrong_password_begins_nothing(people: People) -> None:
    person = await people.resident()
    answer = await ask(people, person, an_address(), password="not the right one at all")
    assert answer.json()["code"] == "identity.not_your_password"


async def test_stopping_tells_nothing_of_whether_the_address_is_taken(people: People) -> None:
    person, other = await people.resident(), await people.resident()
    statuses = []
    for address in (other.email, an_address("moved")):
        await ask(people, person, address)
        statuses.append((await people.client.delete("/me/email", headers=person.headers)).status_code)
    assert statuses == [204, 204]


async def test_a_former_address_is_nowhere_once_its_person_is_erased(people: People, link_to: LinkTo) -> None:
    person, new = await people.resident(), an_address("moved")
    await ask(people, person, new)
    await confirm(people, await link_to(new))
    await finish(people)
    former = person.email
    queued = select(tables.mail_queue.c.address).where(tables.mail_queue.c.account_id == person.id)
    assert former in [row.address for row in await people.rows(queued)]  # it is told that it serves no more
    await people.client.post("/me/erasure", json={"password": PASSWORD}, headers=person.headers)
    told = tables.metadata.tables["outbox"]
    await people.change(told.delete())  # what was told before lies there until the relay has taken it
    tag = people.resources.keyring.email_tag(former)
    for table in tables.metadata.sorted_tables:
        rows = str(await people.rows(select(table)))
        assert former not in rows, table.name
        assert tag not in rows, table.name


async def test_a_mail_in_hand_to_a_former_address_is_not_sent_once_its_person_is_erased(
    people: People, mailbox: Mailbox, send_mail: Callable[[], Awaitable[None]]
) -> None:
    person, former = await people.resident(), an_address("former")
    await people.client.post("/me/erasure", json={"password": PASSWORD}, headers=person.headers)
    row = {"id": new_id(), "kind": "confirm_new_email", "account_id": person.id, "due_at": now(), "attempts": 0}
    await people.change(tables.mail_queue.insert().values(**row, address=former))
    await send_mail()
    assert mailbox.messages(to=former) == []
    for table in (tables.mail_queue, tables.links):
        assert await people.rows(select(table).where(table.c.account_id == person.id)) == []
