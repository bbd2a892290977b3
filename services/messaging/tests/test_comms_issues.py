"""Whoever cannot be reached is told to groups once, never with an address, until a mail arrives again."""

import asyncio

import pytest
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.tables import comms_issues, metadata
from messaging.use_cases.republish import republish
from shared.bus.outcomes import Done
from shared.contracts.identity import ContactChanged, PersonErased
from shared.testing.client import signed
from shared.testing.eventually import eventually
from sqlalchemy import select, text

from services.messaging.tests.conftest import Group, Person, an_address
from services.messaging.tests.relays import Answer, Refusing, an_smtp_server, with_relay


async def send(group: Group, answer: Answer, data: str = "250 kept") -> None:
    """One message to everybody, through a relay that answers so to each recipient and each mail."""
    message_id = await group.write()
    body = next(each for each in await group.bus.chunks(group.id) if message_id.encode() in each)
    async with an_smtp_server(Refusing(answer, data)) as url:
        assert await group.bus.sending(with_relay(group.bus.resources, url)).handle(body) == Done()


async def told(group: Group, person: Person) -> list[tuple[str, int]]:
    """State and version of what groups was told of a person, in order."""
    outbox = metadata.tables["outbox"]
    payload = outbox.c.envelope["payload"]
    query = select(payload).where(
        outbox.c.routing_key == "messaging.comms_issue_changed.v1",
        payload["person_id"].astext == str(person.id),
    )
    async with group.bus.resources.engine.connect() as connection:
        rows = list(await connection.scalars(query.order_by(outbox.c.id)))
    assert all(set(row) == {"issue_id", "person_id", "channel", "state", "version"} for row in rows)
    return [(row["state"], row["version"]) for row in rows]


async def somebody_waits(group: Group) -> None:
    """Returns once a transaction of this database waits for another."""

    async def waits() -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        async with group.bus.resources.engine.connect() as connection:
            return bool(await connection.scalar(text(query)))

    await eventually(waits)


def no_such(*emails: str | None) -> Answer:
    return lambda address: "550 5.1.1 no such mailbox" if address in emails else "250 ok"


async def a_month_passes(group: Group) -> None:
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(text("UPDATE bounces SET last_at = last_at - interval '31 days'"))


async def test_an_unreachable_mailbox_is_left_alone_and_tried_once_a_month(group: Group) -> None:
    person = await group.add()
    tried: list[str] = []

    def refusing(address: str) -> str:
        tried.append(address)
        return no_such(person.email)(address)

    for _ in range(3):
        await send(group, refusing)
    assert tried.count(str(person.email)) == 1
    assert sorted(each or "" for each in await group.reasons()) == [
        "",
        "",
        "",
        "smtp_550",
        "unreachable",
        "unreachable",
    ]
    for _ in range(2):
        await a_month_passes(group)
        for _ in range(2):
            await send(group, refusing)
    assert tried.count(str(person.email)) == 3
    assert await told(group, person) == [("open", 1)]
    await a_month_passes(group)
    await send(group, no_such())
    await send(group, refusing)
    assert tried.count(str(person.email)) == 4
    assert await told(group, person) == [("open", 1), ("solved", 2), ("open", 3)]


async def test_whom_no_email_reaches_reads_so_and_what_to_do(group: Group) -> None:
    person = await group.add()
    headers = signed(group.issuer, person.principal, "messaging")
    before = (await group.client.get("/preferences", headers=headers)).json()["email"]
    assert (before["is_failing"], before["since"]) == (False, None)
    await send(group, no_such(person.email))
    after = (await group.client.get("/preferences", headers=headers)).json()["email"]
    assert after["is_failing"] is True
    assert "check your email address" in after["in_words"]


async def test_a_mailbox_that_is_refused_is_told_once_for_each_who_has_it(group: Group) -> None:
    one = await group.add()
    other, well = await group.add(one.email), await group.add()
    for _ in range(2):
        await send(group, no_such(one.email))
        await a_month_passes(group)
    assert [await told(group, each) for each in (one, other, well)] == [[("open", 1)], [("open", 1)], []]


async def test_a_mail_that_arrives_solves_it_and_the_next_refusal_is_told_again(group: Group) -> None:
    person = await group.add()
    for answer in (no_such(person.email), no_such(), no_such(), no_such(person.email)):
        await a_month_passes(group)
        await send(group, answer)
    assert await told(group, person) == [("open", 1), ("solved", 2), ("open", 3)]


@pytest.mark.parametrize(
    ("recipient", "data", "is_told"),
    [
        ("550 5.7.1 you are on a list", "250 ok", False),
        ("550 5.1.8 bad sender", "250 ok", False),
        ("552 5.2.3 a long mail", "250 ok", False),
        ("554 go away", "250 ok", False),
        ("550 unknown", "250 ok", True),
        ("552 5.2.2 full", "250 ok", True),
        ("250 ok", "554 5.7.1 looks like spam", False),
        ("250 ok", "550 no", False),
        ("250 ok", "550 5.2.1 disabled", True),
    ],
)
async def test_only_a_refusal_of_the_mailbox_counts(group: Group, recipient: str, data: str, is_told: bool) -> None:
    await send(group, lambda _: recipient, data)
    assert await told(group, group.chair) == ([("open", 1)] if is_told else [])


async def test_another_address_is_another_beginning_and_old_news_is_none(group: Group) -> None:
    person = await group.add()
    await send(group, no_such(person.email))
    old = ContactChanged(person_id=person.id, email=an_address(), version=0)
    await group.bus.tell(old)
    assert await told(group, person) == [("open", 1)]
    await group.bus.tell(ContactChanged(person_id=person.id, email=person.email, version=2))
    assert await told(group, person) == [("open", 1)]
    moved = ContactChanged(person_id=person.id, email=an_address(), version=3)
    assert await group.bus.tell(moved, moved) == [Done(), Done()]
    assert await told(group, person) == [("open", 1), ("solved", 2)]


async def test_nothing_of_it_is_left_of_who_is_erased(group: Group) -> None:
    person = await group.add()
    await send(group, no_such(person.email))
    await group.bus.tell(PersonErased(person_id=person.id, version=9))
    async with group.bus.resources.engine.connect() as connection:
        kept = select(comms_issues.c.id).where(comms_issues.c.person_id == person.id)
        assert (await connection.execute(kept)).all() == []


async def test_all_is_told_again_on_request_as_it_is(group: Group) -> None:
    person = await group.add()
    await send(group, no_such(person.email))
    await republish(group.bus.resources.unit_of_work(), group.bus.resources.keyring)
    assert await told(group, person) == [("open", 1), ("open", 1)]


async def test_twenty_workers_that_see_it_at_once_tell_it_once(group: Group) -> None:
    people = [await group.add() for _ in range(5)]
    tags = [group.bus.resources.keyring.mailbox_tag(str(person.email)) for person in people]

    async def see(mine: list[bytes], *, fails: bool) -> None:
        async with group.bus.resources.unit_of_work() as uow:
            issues = CommsIssues(uow.session)
            for event in await (issues.fail(mine) if fails else issues.reach(mine)):
                uow.record(event)

    for fails in (True, False):
        await asyncio.gather(*(see(tags if n % 2 else tags[::-1], fails=fails) for n in range(20)))
    assert [await told(group, person) for person in people] == [[("open", 1), ("solved", 2)]] * 5


async def test_a_change_of_address_while_a_refusal_is_noted_leaves_nothing_open(group: Group) -> None:
    person = await group.add()
    tag = group.bus.resources.keyring.mailbox_tag(str(person.email))
    async with group.bus.resources.unit_of_work() as uow:
        for event in await CommsIssues(uow.session).fail([tag]):
            uow.record(event)
        change = ContactChanged(person_id=person.id, email=an_address(), version=2)
        changing = asyncio.create_task(group.bus.tell(change))
        await somebody_waits(group)
    assert await changing == [Done()]
    assert await told(group, person) == [("open", 1), ("solved", 2)]
