import asyncio
from email.message import EmailMessage

import aiosmtplib
from shared.servers.mailsink import MailSink


def a_mail(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ward panel <panel@ourwatch.test>"
    mail["To"] = "Zoë <zoe@example.test>"
    mail["Subject"] = subject
    mail.set_content("Grüße an alle")
    return mail


async def test_each_envelope_recipient_has_a_copy_of_their_own(a_sink: MailSink) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=a_sink.port, timeout=20) as client:
        await client.send_message(a_mail("one"), sender="bounce+7@ourwatch.test", recipients=["a@x.test", "B@x.test"])
    (copy,) = a_sink.mailbox.messages(to="b@x.test")
    assert copy["Delivered-To"] == copy["X-Original-To"] == "B@x.test"
    assert copy["Return-Path"] == "<bounce+7@ourwatch.test>"
    assert copy["To"] == "Zoë <zoe@example.test>"
    assert copy.get_content().strip() == "Grüße an alle"
    assert a_sink.mailbox.count() == 2


async def test_whoever_asks_again_finds_what_came_since(a_sink: MailSink) -> None:
    box = a_sink.mailbox
    assert box.messages(to="a@x.test") == []
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=a_sink.port, timeout=20) as client:
        for subject in ("one", "two", "three"):
            await client.send_message(a_mail(subject), recipients=["a@x.test", "b@x.test"])
            assert box.messages(to="A@x.test")[-1]["Subject"] == subject
    assert [mail["Subject"] for mail in box.messages(to="a@x.test")] == ["one", "two", "three"]


async def test_mail_arrives_in_order_and_survives_a_crash(a_sink: MailSink) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=a_sink.port, timeout=20) as client:
        for number in range(20):
            await client.send_message(a_mail(f"number {number}"), recipients=["a@x.test"])
    a_sink.kill()
    assert [mail["Subject"] for mail in a_sink.mailbox.messages()] == [f"number {number}" for number in range(20)]


async def test_pipelined_commands_are_taken_in_one_go(a_sink: MailSink) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", a_sink.port)
    await reader.readline()
    writer.write(b"EHLO me\r\n")
    offered = []
    while not (line := await reader.readline()).startswith(b"250 "):
        offered.append(line)
    assert b"250-PIPELINING\r\n" in offered
    one = b"MAIL FROM:<a@x.test> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<z\xc3\xb6e@x.test>\r\nDATA\r\n"
    writer.write(one)
    assert [(await reader.readline())[:3] for _ in range(3)] == [b"250", b"250", b"354"]
    writer.write(b"Subject: hello\r\n\r\nbody\r\n.\r\nQUIT\r\n")
    assert (await reader.readline())[:3] == b"250"
    writer.close()
    await writer.wait_closed()
    assert len(a_sink.mailbox.messages(to="zöe@x.test")) == 1


async def test_many_connections_at_once_lose_nothing(a_sink: MailSink) -> None:
    async def sender(number: int) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=a_sink.port, timeout=60) as client:
            for copy in range(25):
                await client.send_message(a_mail("many"), recipients=[f"{number}.{copy}@x.test"])

    await asyncio.gather(*(sender(number) for number in range(20)))
    assert len({mail["Delivered-To"] for mail in a_sink.mailbox.messages()}) == 500
