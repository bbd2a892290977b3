"""Mails go over one connection, whatever becomes of each is told of that one, and nothing is told twice or made up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from shared.mail import smtp
from shared.mail.smtp import MailNotTaken, OutgoingMail, Relay, Untried

NEVER = 0.0


class Keeper:
    """A real SMTP server's answers, by recipient and by content; with PIPELINING or without."""

    def __init__(self, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.to_recipient: Callable[[str], str] = lambda _: "250 ok"
        self.to_sender: Callable[[str], str] = lambda _: "250 ok"
        self.to_content: Callable[[bytes], str] = lambda _: "250 kept"
        self.taken: list[tuple[str, bytes]] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names its hooks so
        self, _server: Any, session: Session, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [answers[0], "250-PIPELINING", *answers[1:]] if self.pipelining else answers

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        said = self.to_sender(address)
        if said.startswith("2"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        said = self.to_recipient(address)
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        said = self.to_content(envelope.original_content)
        if said.startswith("2"):
            self.taken.append((envelope.rcpt_tos[0], envelope.original_content))
        return said


@asynccontextmanager
async def listening(make: Callable[[], asyncio.BaseProtocol]) -> AsyncIterator[Relay]:
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    try:
        yield Relay(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    finally:
        server.close()


def served_by(keeper: Keeper) -> Any:
    return listening(lambda: SMTP(keeper, hostname="localhost"))


def mails(count: int, content: bytes = b"Subject: x\r\n\r\nHello\r\n") -> list[OutgoingMail]:
    return [OutgoingMail("from@ourwatch.test", f"r{number}@example.org", content) for number in range(count)]


def codes(results: Sequence[object]) -> list[object]:
    return [result.code if isinstance(result, MailNotTaken) else result for result in results]


@pytest.fixture(params=[True, False], ids=["pipelined", "one by one"])
def keeper(request: pytest.FixtureRequest) -> Keeper:
    return Keeper(pipelining=request.param)


async def test_each_of_many_mails_goes_to_its_own_recipient_in_order(keeper: Keeper) -> None:
    sent = [mail._replace(content=f"Subject: {n}\r\n\r\nHello\r\n".encode()) for n, mail in enumerate(mails(60))]
    async with served_by(keeper) as relay, relay.session() as session:
        assert await session.send_all(sent[:25]) == [None] * 25
        assert await session.send_all(sent[25:]) == [None] * 35
    assert keeper.taken == [(mail.to, mail.content) for mail in sent]


async def test_what_one_is_refused_for_touches_no_other(keeper: Keeper) -> None:
    keeper.to_recipient = lambda address: {"r1": "550 5.1.1 no", "r3": "451 later"}.get(address[:2], "250 ok")
    keeper.to_content = lambda content: "552 5.3.4 too big" if b"big" in content else "250 kept"
    sent = mails(6)
    sent[4] = sent[4]._replace(content=b"Subject: big\r\n\r\nHello\r\n")
    async with served_by(keeper) as relay, relay.session() as session:
        results = await session.send_all(sent)
    assert codes(results) == [None, 550, None, 451, 552, None]
    assert [r.mailbox_fails for r in results if isinstance(r, MailNotTaken)] == [True, False, False]
    assert [to for to, _ in keeper.taken] == [f"r{number}@example.org" for number in (0, 2, 5)]


async def test_a_refused_sender_is_about_every_mail_and_no_mailbox(keeper: Keeper) -> None:
    keeper.to_sender = lambda _: "550 not from you"
    async with served_by(keeper) as relay, relay.session() as session:
        results = await session.send_all(mails(3))
    assert codes(results) == [550, 550, 550]
    assert not any(r.mailbox_fails for r in results if isinstance(r, MailNotTaken))


async def test_lines_that_begin_with_a_dot_arrive_as_they_were_and_end_nothing(keeper: Keeper) -> None:
    content = b"Subject: x\r\n\r\n.\r\n..\r\n.QUIT\r\nMAIL FROM:<a@b>\r\n"
    async with served_by(keeper) as relay, relay.session() as session:
        assert await session.send_all(mails(2, content)) == [None, None]
    assert [taken for _, taken in keeper.taken] == [content, content]


async def test_a_mail_without_an_end_of_line_is_ended(keeper: Keeper) -> None:
    async with served_by(keeper) as relay, relay.session() as session:
        assert await session.send_all(mails(2, b"Subject: x\r\n\r\nHello")) == [None, None]
    assert [taken for _, taken in keeper.taken] == [b"Subject: x\r\n\r\nHello\r\n"] * 2


async def test_nothing_is_begun_once_time_is_up(keeper: Keeper) -> None:
    async with served_by(keeper) as relay, relay.session() as session:
        assert await session.send_all(mails(3), stop_at=NEVER) == [Untried.UNTRIED] * 3
        assert await session.send_all(mails(1)) == [None]
    assert len(keeper.taken) == 1


async def test_nobody_to_send_to_is_no_question() -> None:
    async with served_by(Keeper(pipelining=True)) as relay, relay.session() as session:
        assert await session.send_all([]) == []


class Scripted(asyncio.Protocol):
    """Offers PIPELINING; says to each mail's content what the script says. None hangs up; after b"" it is silent."""

    def __init__(self, script: Sequence[bytes | None]) -> None:
        self.script = list(script)
        self.rest = b""
        self.in_content = self.is_silent = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            self.hear(line)

    def hear(self, line: bytes) -> None:
        if self.in_content:
            if line == b".":
                self.in_content = False
                said = self.script.pop(0)
                if said is None:
                    self.transport.abort()
                else:
                    self.is_silent = not said
                    self.transport.write(said)
        elif self.is_silent:
            pass
        elif line.startswith(b"EHLO"):
            self.transport.write(b"250-here\r\n250 PIPELINING\r\n")
        else:
            self.in_content = line == b"DATA"
            self.transport.write(b"354 go\r\n" if self.in_content else b"250-yes\r\n250 ok\r\n")


async def test_a_mail_whose_answer_never_came_may_have_arrived_and_the_rest_was_not_tried() -> None:
    async with listening(lambda: Scripted([b"250 kept\r\n", None])) as relay, relay.session() as session:
        assert codes(await session.send_all(mails(4))) == [None, 0, Untried.UNTRIED, Untried.UNTRIED]
        assert await session.send_all(mails(1)) == [Untried.UNTRIED]


async def test_a_relay_that_closes_is_sent_no_more() -> None:
    async with listening(lambda: Scripted([b"250 kept\r\n", b"421 closing\r\n"])) as relay, relay.session() as session:
        assert codes(await session.send_all(mails(4))) == [None, 421, Untried.UNTRIED, Untried.UNTRIED]


class Eager(Scripted):
    """Wants content also where it has refused every recipient (RFC 2920 section 3.1)."""

    contents: ClassVar[list[bytes]] = []

    def hear(self, line: bytes) -> None:
        if self.in_content:
            self.contents.append(line)
        if not self.in_content and line.startswith(b"RCPT"):
            self.transport.write(b"550 nobody\r\n")
        else:
            super().hear(line)


async def test_what_nobody_is_to_get_is_told_to_no_server() -> None:
    async with listening(lambda: Eager([b"250 fine\r\n"] * 2)) as relay, relay.session() as session:
        assert codes(await session.send_all(mails(2))) == [550, 550]
    assert Eager.contents == [b".", b"."]


@pytest.mark.parametrize("said", [b"\r\n", b"hello\r\n", b"250 kept\r\n250 and more\r\n250 and more\r\n" * 9])
async def test_answers_that_are_none_end_the_connection(said: bytes) -> None:
    async with listening(lambda: Scripted([said, None])) as relay, relay.session() as session:
        results = await session.send_all(mails(3))
    assert results[2] is Untried.UNTRIED


async def test_a_relay_that_falls_silent_has_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    async with listening(lambda: Scripted([b""])) as relay, relay.session() as session:
        assert codes(await session.send_all(mails(2))) == [0, Untried.UNTRIED]


async def test_who_is_told_to_stop_stops_in_the_middle_of_a_mail() -> None:
    async with listening(lambda: Scripted([b""])) as relay, relay.session() as session:
        sending = asyncio.create_task(session.send_all(mails(2)))
        done, _ = await asyncio.wait([sending], timeout=0.2)
        assert not done
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert await session.send_all(mails(1)) == [Untried.UNTRIED]


async def test_a_relay_that_is_away_takes_nothing() -> None:
    with pytest.raises(MailNotTaken) as refused:
        async with Relay("smtp://127.0.0.1:9").session():
            pass
    assert (refused.value.permanent, refused.value.code) == (False, 0)
