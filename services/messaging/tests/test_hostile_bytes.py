"""Thousands of hostile subjects, names and file names: the bytes carry the headers that we write, once each, no other.

Each is refused or printed; what is printed is read line by line (`strict.py`), not by the library that wrote it.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from messaging.bootstrap import Resources
from messaging.copies import Attached, Letter, Slot
from messaging.domain.invitations import DueInvitation
from messaging.domain.senders import officer_label, staff_label
from messaging.domain.sends import SendKind
from messaging.letters import (
    confirmation_letter,
    invitation_mail,
    message_letter,
    question_letter,
    release_letter,
)
from messaging.storage.chunks import Visit
from messaging.storage.lane import Claimed
from messaging.use_cases.print_mail import Mailing
from shared.auth.principal import Role
from shared.ids import new_id
from shared.mail.message import Mail, UnsafeHeader, serialise

from services.messaging.tests.strict import NotStrict, header_names, names_of

VALUES = 2000
SHARED = ["To", "Message-ID", "From", "Subject", "Date", "MIME-Version", "Content-Type"]
LEAVING = ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"]
INVITING = sorted([*SHARED, "Content-Transfer-Encoding"])
OF_A_PART = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"}
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
FROM = "no-reply@ourwatch.test"

LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\n\r", "\r\r\n"]
ENCODED = [
    "=?utf-8?q?=0A?=", "=?utf-8?q?=0D=0A?=", "=?UTF-8?B?DQpCY2M6IHhAeQ==?=", "=?us-ascii?q?a?=", "=?", "?=", "=?=",
    "=\u003f", "==??", "=0D=0A", "=20", "%0d%0a", "\\r\\n", "&#10;", "=??=",
]  # fmt: skip
HEADERS = ["Bcc: x@evil.test", "To: x@evil.test", "Subject: y", "Content-Type: text/html", "X: y", ": ", "From x"]
ENDS = [".", "..", "\n.\n", "\r\n.\r\n", "\n.\r\n", "\r.\r", "--", "--===============", "MAIL FROM:<x@evil.test>"]
PUNCTUATION = ['"', "'", "\\", '\\"', ",", ";", "<x@evil.test>", "@", "(", ")", "[", ":", "*", "*0*=", "%", "`", "\t"]
WORDS = [
    "Minutes",
    "é",
    "李小龍",
    "فاطمة",
    "🚨",
    "\u202e",
    "\u200b",
    "\u00a0",
    "ﬁ",
    "A" * 80,
    "ß" * 90,
    "🚨" * 60,
    " ",
    "   ",
]
LONG = ["word " * 60, "é " * 90, "x" * 197, "李" * 190, "a,b;" * 49, " " * 150, "=" * 150, "🚨" * 60]
NOT_FOR_US = ["\x00", "\x7f", "\ud800", "\udc0a", "\x1b[0m", "\x08"]
ALPHABETS = [LINE_ENDS, ENCODED, HEADERS, ENDS, PUNCTUATION, WORDS, WORDS, LONG, NOT_FOR_US]
LONGEST = 200
"""As names and subjects may be at most, when they are taken."""


def hostile(seed: int) -> list[str]:
    """Always the same ones: most of a few pieces, of which each may be the harmful one."""
    rng = random.Random(seed)
    return [
        "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randint(1, 5)))[:LONGEST] for _ in range(VALUES)
    ]


def storable(text: str) -> str:
    """As a name can be where it came from: no database holds the others."""
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")


def letter(kind: SendKind, text: str, role: str, leave: Slot, link: Slot) -> Letter:
    """A letter of this kind, with the text wherever somebody may have typed it in this role."""
    if role == "group":
        text = storable(text)
    if kind is SendKind.RELEASE:
        return release_letter(group=text, list_name=text, mail_from=FROM, link=link, leave=leave, sent_at=WHEN)
    if kind is SendKind.CONFIRMATION:
        return confirmation_letter(group=text, list_name=text, mail_from=FROM, link=link, sent_at=WHEN)
    if kind is SendKind.QUESTION:
        return question_letter(group=text, mail_from=FROM, name=text, body=text, leave=leave, sent_at=WHEN)
    senders = {SendKind.MESSAGE: officer_label("chair", text), SendKind.ALERT: staff_label(Role.POLICE, text)}
    return message_letter(
        sender=senders[kind] if role == "group" else "Chair of A",
        subject=text if role == "subject" else "Minutes",
        body=text if role == "group" else "Body",
        why=text if role == "group" else "You belong.",
        mail_from=FROM,
        leave=leave,
        sent_at=WHEN,
        attached=[Attached(text, "application/pdf", b"%PDF")] if role == "file" else [],
    )


def mailing(resources: Resources, kind: SendKind, text: str, role: str) -> Mailing:
    leave, link = Slot(), Slot()
    printed = letter(kind, text, role, leave, link).printed()
    ids = dict.fromkeys(("send_id", "group_id", "message_id", "organisation_id", "release_id"), new_id())
    visit = Visit(
        **ids, kind=kind, list_id=None, accepted_at=WHEN, type=None, priority=3, from_tag=b"", below_tag=None, number=1
    )
    is_left, has_link = kind is not SendKind.CONFIRMATION, kind in {SendKind.RELEASE, SendKind.CONFIRMATION}
    reply_to = "asker@example.org" if kind is SendKind.QUESTION else None
    press = resources.sender._press
    return Mailing(press, visit, printed, leave if is_left else None, link if has_link else None, reply_to)


def expected(kind: SendKind) -> list[str]:
    more = {SendKind.CONFIRMATION: [], SendKind.QUESTION: [*LEAVING, "Reply-To"]}.get(kind, LEAVING)
    return sorted([*SHARED, *more])


def check(content: bytes, names: list[str]) -> None:
    # Nothing that a careless relay takes for the end.
    assert b"\n." not in content
    own, of_parts = header_names(content)
    assert sorted(own) == names
    for each in of_parts:
        assert set(each) <= OF_A_PART
        assert len(set(each)) == len(each)


def all_checked(values: list[str], print_one: Callable[[str], bytes], names: list[str]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for value in values:
        try:
            content = print_one(value)
        except UnsafeHeader:
            outcomes["refused"] += 1
            continue
        try:
            check(content, names)
        except AssertionError as error:
            raise AssertionError(f"{value!r}: {error}") from error
        outcomes["printed"] += 1
    return outcomes


@pytest.mark.parametrize("kind", SendKind)
async def test_no_name_of_a_group_list_or_team_is_more_than_a_name(resources: Resources, kind: SendKind) -> None:
    to = Claimed(b"t" * 16, new_id(), new_id(), "resident@example.org", False)

    def print_one(text: str) -> bytes:
        return mailing(resources, kind, text, "group").copy(to)

    share = hostile(1)[list(SendKind).index(kind) :: len(SendKind)]
    # Nobody's mail may fail for how their group is called.
    assert all_checked(share, print_one, expected(kind)) == {"printed": len(share)}


@pytest.mark.parametrize("role", ["subject", "file"])
async def test_no_subject_or_file_name_is_more_than_that(resources: Resources, role: str) -> None:
    to = Claimed(b"t" * 16, None, None, "resident@example.org", False)

    def print_one(text: str) -> bytes:
        return mailing(resources, SendKind.MESSAGE, text, role).copy(to)

    share = hostile(2)[["subject", "file"].index(role) :: 2]
    outcomes = all_checked(share, print_one, expected(SendKind.MESSAGE))
    assert min(outcomes["printed"], outcomes["refused"]) > len(share) / 4


def invitation(text: str) -> Mail:
    due = DueInvitation(new_id(), text, None, "", 0, WHEN, WHEN + timedelta(days=30), is_over=False)
    return invitation_mail(due, "resident@example.org", FROM, "http://ourwatch.test")


def test_no_name_in_an_invitation_is_more_than_a_name() -> None:
    share = hostile(3)[::5]
    printed = all_checked(share, lambda text: serialise(invitation(storable(text))), INVITING)
    assert printed == {"printed": len(share)}


def test_nothing_that_is_serialised_is_more_than_it_is_meant_to_be() -> None:
    def print_one(text: str) -> bytes:
        return serialise(replace(invitation("A"), subject=text, sender_name=text, text=storable(text)))

    share = hostile(4)[::5]
    outcomes = all_checked(share, print_one, INVITING)
    assert min(outcomes["printed"], outcomes["refused"]) > len(share) / 4


@pytest.mark.parametrize(
    "content",
    [
        b"A: b\r\nBcc: c\n\r\n\r\n",
        b"A: b\r\n\rBcc: c\r\n\r\nx\r\n",
        b"A: b\r\n.\r\n\r\n\r\n",
        b"A: " + b"b" * 996 + b"\r\n\r\n\r\n",
        b"A: b\r\n \r\n\r\n\r\n",
        b"A: \x00\r\n\r\n\r\n",
        b"A: b\r\nB\r\n\r\n\r\n",
        b"A: b\r\n",
    ],
    ids=ascii,
)
def test_the_reader_is_strict(content: bytes) -> None:
    with pytest.raises(NotStrict):
        header_names(content)
    assert names_of([b"A: b", b" c", b"B: d", b"A: e"]) == ["A", "B", "A"]
