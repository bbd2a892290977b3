"""A mail as it goes over the wire, built so that nothing a person typed can become a header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from shared.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
# RFC 5321 section 4.5.3.1.3 allows 256 octets with the brackets.
_ADDRESS = re.compile(
    r"[^\s\x00-\x1f\x7f@,;:<>()\[\]\\\"-][^\s\x00-\x1f\x7f@,;:<>()\[\]\\\"]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,188}"
)
LONGEST_NAME = 200
# RFC 5322 allows 998: the rest is for a first dot, which is written out below.
_POLICY = policy.SMTP.clone(max_line_length=990, cte_type="7bit")


class UnsafeHeader(Invalid):
    """A value that could become a header of its own."""

    code = "mail.unsafe_header"
    detail = "This text cannot stand in the subject or sender of a mail."


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one mailbox (P24). `message_id` is without brackets and is the same for every attempt (P28)."""

    to: str
    sender_name: str
    sender: str
    subject: str
    text: str
    message_id: str
    sent_at: datetime
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def safe_header(value: str) -> str:
    """The value, else UnsafeHeader: no control characters, and no `=?`, which Python 3.11 decodes into a new line."""
    if _CONTROL.search(value) or "=?" in value:
        raise UnsafeHeader
    return value


def safe_address(value: str) -> str:
    """An address that stays one address in a header and on a command line, else UnsafeHeader."""
    if not value.isascii() or _ADDRESS.fullmatch(value) is None:
        raise UnsafeHeader
    return value


def _safe_name(value: str) -> str:
    # A name is folded between its words alone: a long one would make a line that RFC 5322 section 2.1.1 forbids.
    if len(value) > LONGEST_NAME:
        raise UnsafeHeader
    return safe_header(value)


def serialise(mail: Mail) -> bytes:
    """The mail in bytes, CRLF line ends, seven bits throughout: no bare line feed survives to be taken for an end.

    No line begins with a dot, so that no relay on the way can take one for the end either (SMTP smuggling).
    """
    content = _written(mail)
    return content if b"\r\n." not in content else _written(mail, "quoted-printable").replace(b"\r\n.", b"\r\n=2E")


def _written(mail: Mail, encoding: str | None = None) -> bytes:
    message = EmailMessage(policy=_POLICY)
    message["From"] = formataddr((_safe_name(mail.sender_name), safe_address(mail.sender)))
    message["To"] = safe_address(mail.to)
    message["Subject"] = safe_header(mail.subject)
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{safe_header(mail.message_id)}>"
    for name, value in mail.headers.items():
        message[name] = safe_header(value)
    message.set_content(mail.text, cte=encoding)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte=encoding)
    return message.as_bytes()
