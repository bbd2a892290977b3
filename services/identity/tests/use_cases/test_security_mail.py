"""Security mail arrives once the relay takes it, is given up when it never will, and is safe to read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from identity.bootstrap import Resources
from identity.domain.link_purposes import MailKind
from identity.keyring import Keyring
from identity.mails import WORDS
from identity.storage import tables
from identity.use_cases.send_due_mail import MOST_ATTEMPTS, SecurityMail
from shared.clock import now
from shared.mail.smtp import Relay
from shared.servers.mailsink import Mailbox, MailSink
from shared.servers.ports import free_port
from sqlalchemy import select, update

from services.identity.tests.conftest import PASSWORD, POLICE_DOMAIN, LinkTo, People, Person, an_address

LATER = timedelta(minutes=2)


class Postmaster:
    """An SMTP server that answers each address as the test says, and keeps the rest."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        assert isinstance(content, bytes)
        self.taken += [(address, content) for address in envelope.rcpt_tos]
        return "250 OK"


@asynccontextmanager
async def listening(postmaster: Postmaster, keyring: Keyring) -> AsyncIterator[SecurityMail]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postmaster, hostname="localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield mail_by(server.sockets[0].getsockname()[1], keyring)
    finally:
        server.close()
        await server.wait_closed()


def mail_by(port: int, keyring: Keyring) -> SecurityMail:
    relay = Relay(f"smtp://127.0.0.1:{port}")
    return SecurityMail(relay, "no-reply@ourwatch.test", "OurWatch", "http://ourwatch.test", keyring)


async def register(client: httpx.AsyncClient, email: str, name: str = "Amina Rahman") -> None:
    body = {"email": email, "password": PASSWORD, "display_name": name}
    assert (await client.post("/accounts", json=body)).status_code == 202


async def attempts_for(people: People, email: str) -> list[int]:
    chosen = select(tables.mail_queue.c.attempts).join(tables.accounts).where(tables.accounts.c.email == email)
    return [row.attempts for row in await people.rows(chosen)]


def test_every_kind_of_mail_has_words() -> None:
    assert set(WORDS) == set(MailKind)


async def test_mail_stays_due_while_the_relay_is_down_and_is_sent_when_it_is_back(
    client: httpx.AsyncClient, people: People, resources: Resources, tmp_path: Path
) -> None:
    email, port = an_address(), free_port()
    await register(client, email)
    mail = mail_by(port, resources.keyring)
    for outage in range(MOST_ATTEMPTS + 1):
        assert await mail.send_due(resources.unit_of_work(), now() + outage * LATER) > 0
    assert await attempts_for(people, email) == [0]
    sink = MailSink(tmp_path / "mail", port=port)
    sink.start()
    try:
        await mail.send_due(resources.unit_of_work(), now() + (MOST_ATTEMPTS + 1) * LATER)
    finally:
        sink.stop()
    assert len(sink.mailbox.messages(to=email)) == 1
    assert await attempts_for(people, email) == []


async def test_mail_that_is_refused_for_good_is_given_up(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    email = an_address()
    await register(client, email)
    async with listening(Postmaster({email: "550 no such mailbox"}), resources.keyring) as mail:
        await mail.send_due(resources.unit_of_work(), now() + LATER)
    assert await attempts_for(people, email) == []


async def test_mail_that_is_refused_for_now_waits_longer_each_time_and_holds_up_no_other(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    busy, other = an_address(), an_address()
    await register(client, busy)
    await register(client, other)
    postmaster, moment = Postmaster({busy: "450 come back later"}), now() + LATER
    async with listening(postmaster, resources.keyring) as mail:
        await mail.send_due(resources.unit_of_work(), moment)
        assert [address for address, _ in postmaster.taken if address in {busy, other}] == [other]
        await mail.send_due(resources.unit_of_work(), moment + timedelta(seconds=61))
        await mail.send_due(resources.unit_of_work(), moment + timedelta(seconds=62))
        assert await attempts_for(people, busy) == [2]


async def test_mail_that_is_refused_too_often_is_given_up(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    email = an_address()
    await register(client, email)
    accounts = select(tables.accounts.c.id).where(tables.accounts.c.email == email)
    queued = tables.mail_queue.c.account_id.in_(accounts)
    await people.change(update(tables.mail_queue).where(queued).values(attempts=MOST_ATTEMPTS - 1))
    async with listening(Postmaster({email: "450 come back later"}), resources.keyring) as mail:
        await mail.send_due(resources.unit_of_work(), now() + LATER)
    assert await attempts_for(people, email) == []


async def test_every_attempt_carries_one_message_id(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    email, postmaster = an_address(), Postmaster({})
    await register(client, email)
    chosen = select(tables.mail_queue).join(tables.accounts).where(tables.accounts.c.email == email)
    [queued] = await people.rows(chosen)
    async with listening(postmaster, resources.keyring) as mail:
        await mail.send_due(resources.unit_of_work(), now() + LATER)
        # A crash after the relay took it and before it was noted.
        await people.change(tables.mail_queue.insert().values(queued._mapping))
        await mail.send_due(resources.unit_of_work(), now() + LATER)
    copies = [content for address, content in postmaster.taken if address == email]
    lines = [line for content in copies for line in content.split(b"\r\n") if line.startswith(b"Message-ID: ")]
    assert len(copies) == 2
    assert len(set(lines)) == 1


@pytest.mark.parametrize(
    "name",
    ["=?UTF-8?Q?=0A?=Bcc: x@y.org", "{link} {0.__class__}", "<b>http://evil.example/now</b>", "Bcc: x@y.org", "%s%n"],
)
async def test_a_stranger_s_name_stands_in_no_mail_to_an_unconfirmed_address(
    client: httpx.AsyncClient, link_to: LinkTo, mailbox: Mailbox, name: str
) -> None:
    email = an_address()
    await register(client, email, name)
    await link_to(email)
    [mail] = mailbox.messages(to=email)
    assert name not in mail.as_string()
    assert mail["Bcc"] is None


@pytest.mark.parametrize("name", ["=?UTF-8?Q?=0A?=Bcc: x@y.org", "{link} {0.__class__}", "Zoë O’Neill\u202e"])
async def test_a_hostile_name_stays_text(
    people: People, administrator: Person, force: str, client: httpx.AsyncClient, mailbox: Mailbox, name: str
) -> None:
    email = an_address("officer", POLICE_DOMAIN)
    body = {"email": email, "display_name": name, "organisation_id": force, "role": "police", "areas": []}
    assert (await client.post("/staff/accounts", json=body, headers=administrator.headers)).status_code == 202
    await people.link_to(email)
    [mail] = mailbox.messages(to=email)
    assert f"Hello {name}," in mail.get_content()
    assert (mail["Bcc"], mail["Subject"]) == (None, "Your OurWatch staff account")
