"""What a person typed never becomes a header, a second address or a second mail: the bytes are read back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from shared.mail.message import LONGEST_NAME, Mail, UnsafeHeader, safe_address, serialise

PLAIN = Mail(
    to="resident@example.org",
    sender_name="Whitechapel Panel",
    sender="no-reply@ourwatch.test",
    subject="Minutes",
    text="Dear neighbour\n",
    message_id="1.2@ourwatch.test",
    sent_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]

INJECTIONS = [
    "A =?UTF-8?Q?=0A?=Bcc: x@y",
    "A =?utf-8?q?=0D=0A?=Bcc: x@y",
    "A =?UTF-8?B?DQpCY2M6IHhAeQ==?=",
    "=?=",
    "A\nBcc: x@y",
    "A\r\nBcc: x@y",
    "A\rBcc: x@y",
    "A\r\n\r\nBody",
    "A\r\n Bcc: x@y",
    "A\x85Bcc: x@y",
    "A\u2028Bcc: x@y",
    "A\u2029Bcc: x@y",
    "A\x00B",
    "A\x0bBcc: x@y",
    "A\x0cBcc: x@y",
    "A\x1cBcc: x@y",
    "A\x1dBcc: x@y",
    "A\x1eBcc: x@y",
    "A\x7fB",
    "A\ud800B",
    "A\udc0aB",
    "A\n.\r\nMAIL FROM:<x@y>",
]

HARMLESS = [
    "Bcc: x@y",
    "x" * 2000,
    "word " * 400,
    "a, b <x@y>; c",
    '"quoted" <x@y>',
    "x@evil.example, " * 40,
    "Ämter & Straßen " * 60,
    "李小龍 " * 300,
    "فاطمة",
    "🚨 " * 200,
    "A ?= B =_?_",
    "\u202eevil",
    "ﬁ\u00a0ﬀ",
    "(comment) \\ back",
    "a" * 997,
    "a" * 998,
    "é" * 990,
]

ADDRESSES = [
    "a@b.example,c@d.example",
    "a@b.example;c@d.example",
    "-oQ/tmp@example.org",
    "a b@example.org",
    "a@example.org\nBcc: x@y",
    "a@example.org\r\nRCPT TO:<x@y>",
    "<a@example.org>",
    "a@example.org> SIZE=1",
    '"a b"@example.org',
    "a@b@c.example",
    "@example.org",
    "a@",
    "a",
    "",
    "a@-example.org",
    "a@[127.0.0.1]",
    "zoë@example.org",
    "a@exämple.org",
    "a\x00@example.org",
    "a(c)@example.org",
    "a:b@example.org",
    "a@example.org ",
    "a" * 65 + "@example.org",
    "a@" + "b" * 300,
    "=?utf-8?q?a?=@example.org,",
]


def read_back(content: bytes) -> EmailMessage:
    assert content.isascii()
    # RFC 5321 section 2.3.8: lines end in CR LF, and neither stands alone.
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    message = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def names_on_the_wire(content: bytes) -> list[str]:
    """Without the library that wrote them: every line of the head that is no continuation."""
    head = content.split(b"\r\n\r\n")[0].split(b"\r\n")
    return [line.split(b":")[0].decode() for line in head if not line.startswith((b" ", b"\t"))]


def is_one_mail(content: bytes, more: Mapping[str, str] | None = None) -> EmailMessage:
    message = read_back(content)
    expected = sorted([*HEADERS, *(more or {})])
    assert sorted(names_on_the_wire(content)) == expected
    assert sorted(message.keys()) == expected
    assert [a.addr_spec for a in message["To"].addresses] == [PLAIN.to]
    assert [a.addr_spec for a in message["From"].addresses] == [PLAIN.sender]
    return message


@pytest.mark.parametrize("hostile", INJECTIONS, ids=ascii)
def test_what_could_become_a_header_is_refused(hostile: str) -> None:
    for mail in (
        replace(PLAIN, subject=hostile),
        replace(PLAIN, sender_name=hostile),
        replace(PLAIN, message_id=hostile),
        replace(PLAIN, headers={"List-Id": hostile}),
        replace(PLAIN, to=hostile),
        replace(PLAIN, sender=hostile),
    ):
        with pytest.raises(UnsafeHeader):
            serialise(mail)


@pytest.mark.parametrize("odd", HARMLESS, ids=lambda text: ascii(text)[:30])
def test_odd_subjects_stay_subjects(odd: str) -> None:
    message = is_one_mail(serialise(replace(PLAIN, subject=odd)))
    assert "".join(message["Subject"].split()) == "".join(odd.split())


@pytest.mark.parametrize("odd", [odd[:LONGEST_NAME] for odd in HARMLESS], ids=lambda text: ascii(text)[:30])
def test_odd_names_stay_names(odd: str) -> None:
    message = is_one_mail(serialise(replace(PLAIN, sender_name=odd)))
    (address,) = message["From"].addresses
    assert "".join(address.display_name.split()) == "".join(odd.split())


def test_a_name_that_is_too_long_for_a_line_is_refused() -> None:
    with pytest.raises(UnsafeHeader):
        serialise(replace(PLAIN, sender_name="x" * (LONGEST_NAME + 1)))


@pytest.mark.parametrize("odd", HARMLESS, ids=lambda text: ascii(text)[:30])
def test_odd_values_of_further_headers_stay_there(odd: str) -> None:
    is_one_mail(serialise(replace(PLAIN, headers={"List-Id": odd})), {"List-Id": odd})


@pytest.mark.parametrize("address", ADDRESSES, ids=ascii)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeader):
        safe_address(address)


@pytest.mark.parametrize("address", ["a@b.example", "a.b+c@example.org", "o'neil@example.org", "a-b_c@sub.example.org"])
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "a\n.\r\nMAIL FROM:<x@y>\r\n",
        "a\r\n.\r\nQUIT\r\n",
        "a\r.\rb",
        "a\n.\nb",
        "\n.\n",
        ".",
        "x" * 5000,
        "é" * 5000,
        "a\x00b",
    ],
)
def test_no_text_ends_the_mail_before_its_end(text: str) -> None:
    """SMTP smuggling: a bare line feed or carriage return around a dot is taken for the end by some."""
    content = serialise(replace(PLAIN, text=text))
    is_one_mail(content)
    assert b"\n." not in content


def test_a_text_of_dots_arrives_as_it_was_written() -> None:
    text = "Dear all\n.\n..\n.hidden = 1\n" + "." * 2000 + "\n"
    assert is_one_mail(serialise(replace(PLAIN, text=text))).get_content().splitlines() == text.splitlines()


def test_a_page_beside_the_text_is_an_alternative() -> None:
    message = is_one_mail_of_two(serialise(replace(PLAIN, html="<p>Dear\n.\r\nneighbour</p>")))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def is_one_mail_of_two(content: bytes) -> EmailMessage:
    message = read_back(content)
    assert sorted(message.keys()) == sorted(set(HEADERS) - {"Content-Transfer-Encoding"})
    return message
