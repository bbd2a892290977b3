"""What a delivery report says: RFC 3464 by the book, what other mail servers write by flufl.bounce."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Final, NamedTuple

from flufl.bounce import scan_message
from shared.logging import get_logger
from shared.mail.refusals import mailbox_fails

MOST_READ: Final = 256 << 10
"""Bytes: what a server says of its own comes first, and the mail that it returns may be long."""
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
log = get_logger("bounces")


class Failure(NamedTuple):
    """A mail came back. `for_ever`: because of the mailbox, as RFC 3463 classes it. `status` is as `5.1.1`, if told."""

    for_ever: bool
    status: str | None


def read_report(content: bytes) -> Failure | None:
    """The failure that is reported; None for a delay, a success, and whatever is no report."""
    try:
        message = email.message_from_bytes(content[:MOST_READ], policy=email.policy.compat32)
        told = list(_told_of_recipients(message))
        if told:
            return next((failure for fields in told if (failure := _failure(fields)) is not None), None)
        return Failure(for_ever=False, status=None) if scan_message(message) else None
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
    return Failure(for_ever=status is not None and mailbox_fails(550, status, of_recipient=False), status=status)
