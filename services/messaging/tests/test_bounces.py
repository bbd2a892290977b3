"""A mail that comes back: whose it is, told once, and the mailbox is left alone when it cannot be reached."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import aiosmtplib
import pytest
from messaging.bounces import LARGEST_REPORT, MOST_AT_ONCE
from messaging.delivery_reports import MOST_BOUNDARIES, MOST_LINES, Failure, Meaning
from messaging.settings import Settings
from messaging.use_cases.forget_person import forget_person
from messaging.use_cases.note_bounce import note_bounce
from shared.contracts.identity import ContactChanged
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.eventually import eventually
from sqlalchemy import text

from services.messaging.tests.conftest import Group, Person, an_address
from services.messaging.tests.processes import running
from services.messaging.tests.test_comms_issues import told

Reply = tuple[int, str]
Deliver = Callable[..., Awaitable[Reply]]


async def one(client: aiosmtplib.SMTP, content: bytes, sender: str, to: tuple[str, ...]) -> aiosmtplib.SMTPResponse:
    answer = await client.execute_command(b"MAIL FROM:<%s>" % sender.encode())
    for address in to:
        if answer.code < 400:
            answer = await client.execute_command(b"RCPT TO:<%s>" % address.encode())
    if answer.code >= 400:
        return answer
    try:
        return await client.data(content)
    except aiosmtplib.SMTPDataError as error:
        return aiosmtplib.SMTPResponse(error.code, error.message)


@pytest.fixture(scope="module")
async def port(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    """Where mails come back to, by a process of its own."""
    chosen = free_ports(1)[0]
    log = tmp_path_factory.mktemp("bounces") / "log"
    async with running("bounces", settings, log, MESSAGING_BOUNCE_PORT=str(chosen)):
        yield chosen


@pytest.fixture(scope="module")
def deliver(port: int) -> Deliver:
    """Brings a mail to where mails come back to, and gives the answer of the step that ended it."""

    async def bring(to: str, content: bytes, sender: str = "", more: tuple[str, ...] = (), then: str = "") -> Reply:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=20)
        try:
            await client.connect()
            await client.ehlo()
            answer = await one(client, content, sender, (to, *more))
            if then:
                answer = await one(client, content, sender, (then,))
        except aiosmtplib.SMTPResponseException as error:
            return error.code, error.message
        finally:
            client.close()
        return answer.code, answer.message

    return bring


def report(status: str, action: str = "failed", *, returned: str = "") -> bytes:
    """As RFC 3464 has it, with the head of the mail that is returned."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; somebody@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Street lights\r\n{returned}\r\n--b--\r\n"
    ).encode()


async def sent(group: Group) -> str:
    """A message to everybody, taken by the relay."""
    message_id = await group.write()
    await group.bus.send(group.id)
    return message_id


def returns_to(group: Group, person: Person) -> str:
    """The envelope sender of the newest copy to somebody."""
    return str(group.mails(person.email)[-1]["Return-Path"]).strip("<>")


async def became(group: Group, message_id: str, state: str = "failed") -> list[str | None]:
    """Why deliveries of a message ended so."""
    query = text("SELECT reason FROM deliveries WHERE send_id = :id AND state = :state")
    async with group.bus.resources.engine.connect() as connection:
        return list(await connection.scalars(query, {"id": UUID(message_id), "state": state}))


async def test_each_copy_comes_back_to_an_address_of_its_own_that_tells_nothing(group: Group) -> None:
    people = [group.chair, await group.add(), await group.add()]
    message_id = await sent(group)
    addresses = [returns_to(group, person) for person in people]
    assert len(set(addresses)) == len(people)
    for address, person in zip(addresses, people, strict=True):
        local, _, domain = address.partition("@")
        assert domain == "bounces.ourwatch.test"
        assert len(local) <= 64
        assert local == local.lower()
        keyring = group.bus.resources.keyring
        assert person.email is not None
        copy = UUID(message_id), keyring.mailbox_tag(person.email)
        assert keyring.read_bounce_token(local.upper()) == copy
        raw = base64.b32decode(local.upper() + "===")
        assert copy[0].bytes not in raw
        assert copy[1] not in raw


async def test_a_mailbox_that_does_not_exist_is_left_alone_at_once(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    assert (await deliver(returns_to(group, person), report("5.1.1")))[0] == 250
    assert await became(group, message_id) == ["bounced_5.1.1"]
    assert (await group.figures(message_id))["failed"] == 1
    assert await told(group, person) == [("open", 1)]
    again = await sent(group)
    assert await became(group, again, "withheld") == ["unreachable"]
    assert len(group.mails(person.email)) == 1


async def test_the_same_report_twenty_times_at_once_counts_once(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    await sent(group)
    soft = report("4.2.2")
    answers = await asyncio.gather(*(deliver(returns_to(group, person), soft) for _ in range(20)))
    assert {code for code, _ in answers} == {250}
    assert await told(group, person) == []
    await sent(group)
    answers = await asyncio.gather(*(deliver(returns_to(group, person), report("5.1.1")) for _ in range(20)))
    assert {code for code, _ in answers} == {250}
    assert await told(group, person) == [("open", 1)]


async def test_twenty_who_read_the_same_report_count_it_once(group: Group) -> None:
    person = await group.add()
    message_id = await sent(group)
    assert person.email is not None
    copy = UUID(message_id), group.bus.resources.keyring.mailbox_tag(person.email)
    soft = Failure(Meaning.PERHAPS_GONE, "4.2.2")
    await asyncio.gather(*(note_bounce(group.bus.resources.unit_of_work, *copy, soft) for _ in range(20)))
    assert await told(group, person) == []


@pytest.mark.parametrize("status", ["4.2.2", "5.4.4", "5.0.0", "nonsense"])
async def test_what_may_pass_counts_after_the_third_in_a_row(group: Group, deliver: Deliver, status: str) -> None:
    person = await group.add()
    for turn in range(3):
        assert await told(group, person) == []
        await sent(group)
        assert (await deliver(returns_to(group, person), report(status)))[0] == 250, turn
    assert await told(group, person) == [("open", 1)]


@pytest.mark.parametrize("status", ["4.4.7", "5.7.1", "5.1.8", "5.2.3", "5.3.4", "4.3.2"])
async def test_what_is_no_fault_of_the_mailbox_is_told_and_counts_for_nothing(
    group: Group, deliver: Deliver, status: str
) -> None:
    person = await group.add()
    for _ in range(4):
        message_id = await sent(group)
        assert (await deliver(returns_to(group, person), report(status)))[0] == 250
        assert await became(group, message_id) == [f"bounced_{status}"]
    assert await told(group, person) == []


async def test_each_mail_that_does_not_come_back_undoes_one_that_did(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    for comes_back in (True, True, False, True, False, False, True, True):
        await sent(group)
        if comes_back:
            await deliver(returns_to(group, person), report("4.2.2"))
    assert await told(group, person) == []
    await sent(group)
    await deliver(returns_to(group, person), report("4.2.2"))
    assert await told(group, person) == [("open", 1)]


async def test_what_is_old_is_forgotten(group: Group, deliver: Deliver) -> None:
    ages = {new_id().bytes: days for days in (89, 91)}
    async with group.bus.resources.engine.begin() as connection:
        for tag, days in ages.items():
            row = "INSERT INTO bounces (tag, in_a_row, last_at) VALUES (:tag, 3, now() - make_interval(days => :days))"
            await connection.execute(text(row), {"tag": tag, "days": days})
    await sent(group)
    await deliver(returns_to(group, group.chair), report("4.4.7"))
    async with group.bus.resources.engine.connect() as connection:
        left = await connection.scalars(text("SELECT tag FROM bounces WHERE tag = ANY(:tags)"), {"tags": list(ages)})
        assert [ages[tag] for tag in left] == [89]


async def test_who_cannot_be_reached_is_told_so_no_more_when_a_mail_arrives_after_all_that_was_counted_is_forgotten(
    group: Group, deliver: Deliver
) -> None:
    person = await group.add()
    await sent(group)
    await deliver(returns_to(group, person), report("5.1.1"))
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(text("UPDATE bounces SET last_at = now() - interval '91 days'"))
    await deliver(returns_to(group, group.chair), report("4.4.7"))
    await sent(group)
    assert await told(group, person) == [("open", 1), ("solved", 2)]


async def test_where_more_mails_stayed_than_came_back_it_is_forgotten_after_a_month(
    group: Group, deliver: Deliver
) -> None:
    person = await group.add()
    assert person.email is not None
    its = {"tag": group.bus.resources.keyring.mailbox_tag(person.email)}

    async def is_left(days: int) -> bool:
        """Whether the count is still there after another mail, so many days after one that came back."""
        async with group.bus.resources.engine.begin() as connection:
            age = text("UPDATE bounces SET last_at = now() - make_interval(days => :days) WHERE tag = :tag")
            await connection.execute(age, {"days": days, **its})
        await sent(group)
        async with group.bus.resources.engine.connect() as connection:
            return bool(await connection.scalar(text("SELECT count(*) FROM bounces WHERE tag = :tag"), its))

    await sent(group)
    await deliver(returns_to(group, person), report("4.2.2"))
    assert [await is_left(days) for days in (31, 29, 31)] == [True, True, False]


async def test_a_server_that_writes_reports_of_its_own_kind_is_understood(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    plain = EmailMessage()
    plain["From"], plain["Subject"] = "MAILER-DAEMON@mail.example", "failure notice"
    plain.set_content(
        "Hi. This is the qmail-send program at mail.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<somebody@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <x@example.org>\n"
    )
    assert (await deliver(returns_to(group, person), plain.as_bytes()))[0] == 250
    assert await became(group, message_id) == ["bounced"]
    assert await told(group, person) == []


@pytest.mark.parametrize(
    "content",
    [
        report("4.4.1", "delayed"),
        report("2.1.5", "delivered"),
        report("5.1.1", "relayed"),
        b"Subject: I am away until Monday\r\nAuto-Submitted: auto-replied\r\n\r\nThank you for your mail.\r\n",
        b"",
        (b"\xff\x00" * 200 + b"\r\n") * 25,
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" * 3000,
        report("5.1.1").replace(b"message/delivery-status", b"text/plain").replace(b"Status: 5.1.1", b""),
    ],
    ids=["delayed", "delivered", "relayed", "away", "nothing", "noise", "nested", "no status part"],
)
async def test_what_is_no_failure_changes_nothing(group: Group, deliver: Deliver, content: bytes) -> None:
    person = await group.add()
    message_id = await sent(group)
    assert (await deliver(returns_to(group, person), content))[0] == 250
    assert await became(group, message_id) == []
    assert await told(group, person) == []


async def test_only_reports_for_copies_that_we_sent_are_taken(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    address = returns_to(group, person)
    local, _, domain = address.partition("@")
    other = returns_to(group, group.chair)
    hard = report("5.1.1")
    for place in (0, 30, 55):
        changed = local[:place] + ("a" if local[place] != "a" else "b") + local[place + 1 :]
        assert (await deliver(f"{changed}@{domain}", hard))[0] == 550
    for stranger in ("no-reply@ourwatch.test", f"{local[:-1]}@{domain}", f"{'a' * 61}@{domain}", f"{'=' * 8}@{domain}"):
        assert (await deliver(stranger, hard))[0] == 550
    assert (await deliver(address, hard, sender="eve@example.org"))[0] == 550
    assert (await deliver(address, hard, more=(other,)))[0] == 452
    assert (await deliver(address, report("5.1.1", returned="X-Long: y\r\n" * (LARGEST_REPORT // 10))))[0] == 552
    assert await became(group, message_id) == []
    assert (await deliver(address.upper(), hard))[0] == 250
    assert await became(group, message_id) == ["bounced_5.1.1"]


async def test_a_long_report_is_read_by_its_beginning(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    long = report("5.1.1", returned="X-Long: y\r\n" * 500_000)
    assert (await deliver(returns_to(group, person), long))[0] == 250
    assert await became(group, message_id) == ["bounced_5.1.1"]


@pytest.mark.parametrize(
    "before", ["\r\n" * MOST_LINES, 'X: boundary="c"\r\n' * MOST_BOUNDARIES], ids=["lines", "boundaries"]
)
async def test_what_would_take_a_parser_long_is_not_read(group: Group, deliver: Deliver, before: str) -> None:
    person = await group.add()
    message_id = await sent(group)
    content = report("5.1.1").replace(b"Your mail could not", before.encode() + b"Your mail could not")
    assert (await deliver(returns_to(group, person), content))[0] == 250
    assert await became(group, message_id) == []


async def test_whoever_comes_while_all_places_are_taken_is_told_to_come_again(port: int) -> None:
    async def greeted() -> tuple[bytes, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return (await reader.readline())[:3], writer

    held = [await greeted() for _ in range(MOST_AT_ONCE)]
    assert {code for code, _ in held} == {b"220"}
    code, refused = await greeted()
    assert code == b"421"
    for _, writer in (*held, (code, refused)):
        writer.close()

    async def is_free() -> bool:
        code, writer = await greeted()
        writer.close()
        return code == b"220"

    await eventually(is_free)


async def test_after_a_report_that_comes_again_the_connection_takes_others(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    other = returns_to(group, group.chair)
    async with group.bus.resources.engine.begin() as connection:
        queued = "UPDATE deliveries SET state = 'queued' WHERE send_id = :id AND tag = :tag"
        assert person.email is not None
        tag = group.bus.resources.keyring.mailbox_tag(person.email)
        await connection.execute(text(queued), {"id": UUID(message_id), "tag": tag})
    code, _ = await deliver(returns_to(group, person), report("5.1.1"), then=other)
    assert code == 250
    assert await became(group, message_id) == ["bounced_5.1.1"]


async def test_another_address_is_another_beginning_also_after_a_contacts_bounces(
    group: Group, deliver: Deliver
) -> None:
    person = await group.add()
    await sent(group)
    await deliver(returns_to(group, person), report("5.1.1"))
    first, second = person.email, an_address()
    for version, email in ((2, second), (2, first), (3, first)):
        await group.bus.tell(ContactChanged(person_id=person.id, email=email, version=version))
    assert await told(group, person) == [("open", 1), ("solved", 2)]
    again = await sent(group)
    assert await became(group, again, "withheld") == []
    # The same news once more is no beginning.
    await deliver(returns_to(group, person), report("5.1.1"))
    await group.bus.tell(ContactChanged(person_id=person.id, email=first, version=4))
    assert await became(group, await sent(group), "withheld") == ["unreachable"]


async def test_a_report_that_comes_too_soon_comes_again(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    message_id = await sent(group)
    address = returns_to(group, person)
    set_state = text("UPDATE deliveries SET state = :state WHERE send_id = :id")
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(set_state, {"state": "queued", "id": UUID(message_id)})
    code, said = await deliver(address, report("5.1.1"))
    assert code == 451
    assert "deliver" not in said
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(set_state, {"state": "sent", "id": UUID(message_id)})
    assert (await deliver(address, report("5.1.1")))[0] == 250
    assert await told(group, person) == [("open", 1)]


async def test_of_an_erased_person_nothing_is_counted_and_nothing_is_left(group: Group, deliver: Deliver) -> None:
    person = await group.add()
    await sent(group)
    await deliver(returns_to(group, person), report("4.2.2"))
    await sent(group)
    assert person.email is not None
    tag = group.bus.resources.keyring.mailbox_tag(person.email)
    await forget_person(group.bus.resources.unit_of_work(), person.id, 9)
    assert (await deliver(returns_to(group, person), report("4.2.2")))[0] == 250
    async with group.bus.resources.engine.connect() as connection:
        left = await connection.scalar(text("SELECT count(*) FROM bounces WHERE tag = :tag"), {"tag": tag})
    assert left == 0
    assert await told(group, person) == []


async def test_an_outside_contact_who_cannot_be_reached_is_left_alone_too(group: Group, deliver: Deliver) -> None:
    list_id = await group.make_list()
    email = await group.contact(list_id)
    chosen: dict[str, Any] = {"audience": {"include": [{"kind": "list", "list_id": list_id}]}}
    message_id = await group.write(**chosen)
    await group.bus.send(group.id)
    arrived = len(group.mails(email))
    address = str(group.mails(email)[-1]["Return-Path"]).strip("<>")
    assert (await deliver(address, report("5.1.1")))[0] == 250
    assert await became(group, message_id) == ["bounced_5.1.1"]
    again = await group.write(**chosen)
    await group.bus.send(group.id)
    assert await became(group, again, "withheld") == ["unreachable"]
    assert len(group.mails(email)) == arrived
