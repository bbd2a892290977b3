"""What a delivery report says: RFC 3464 by the book, what other mail servers write by flufl.bounce."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from enum import Enum, auto
from typing import Final, NamedTuple

from flufl.bounce import scan_message
from shared.logging import get_logger
from shared.mail.refusals import mailbox_fails

# What a server says of its own comes first, and the mail that it returns may be long. Anybody can write anything, and
# deep nesting and many lines take the parser seconds.
MOST_READ: Final = 64 << 10
MOST_LINES: Final = 1000
MOST_BOUNDARIES: Final = 20

_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# RFC 3463: the system, the way there for now, the mail itself, and policies are no fault of the mailbox.
_OF_SOMETHING_ELSE: Final = re.compile(r"[45]\.(1\.[78]$|2\.3$|[3567]\.)|4\.4\.")
log = get_logger("bounces")


class Meaning(Enum):
    """What a mail that came back says of its mailbox."""

    NOTHING = auto()
    PERHAPS_GONE = auto()
    GONE = auto()


class Failure(NamedTuple):
    """A mail came back. `status` is the enhanced code of RFC 3463, such as `5.1.1`, if one was told."""

    meaning: Meaning
    status: str | None


def read_report(content: bytes) -> Failure | None:
    """The failure that is reported; None for a delay, a success, and whatever is no report."""
    head = b"\n".join(content[:MOST_READ].split(b"\n")[:MOST_LINES])
    if head.lower().count(b"boundary") > MOST_BOUNDARIES:
        return None
    try:
        message = email.message_from_bytes(head, policy=email.policy.compat32)
        told = list(_told_of_recipients(message))
        if told:
            return next((failure for fields in told if (failure := _failure(fields)) is not None), None)
        return Failure(Meaning.PERHAPS_GONE, None) if scan_message(message) else None
    except Exception as error:  # noqa: BLE001 - anybody can write anything: what cannot be read reports nothing
        log.info("report_unreadable", error=error)
        return None


def _told_of_recipients(message: Message) -> Iterator[Message]:
    # RFC 3464 section 2.1: the second part of a report; its first block of fields is about the mail as a whole.
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return
    for part in message.get_payload():
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message) and "Action" in block)


def _failure(fields: Message) -> Failure | None:
    if str(fields["Action"]).strip().lower() != "failed":
        return None
    found = _STATUS.match(str(fields.get("Status", "")).strip())
    status = found.group() if found else None
    return Failure(_meaning(status), status)


def _meaning(status: str | None) -> Meaning:
    if status is None:
        return Meaning.PERHAPS_GONE
    if _OF_SOMETHING_ELSE.match(status):
        return Meaning.NOTHING
    return Meaning.GONE if mailbox_fails(550, status, of_recipient=False) else Meaning.PERHAPS_GONE
