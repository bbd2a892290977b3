"""A mail is built once and copied for each recipient: only headers and links of their own are written per copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Final

from shared.ids import timeless_id
from shared.mail.message import safe_address, safe_header

# RFC 5322 allows 998: the rest is for a first dot, which is written out below.
_POLICY = policy.SMTP.clone(max_line_length=990, cte_type="7bit")
_MADE_AS_TOLD: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
_LINE = 70


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes


class Slot:
    """A place in a text where each copy has something of its own: it must begin a line, up to nine characters in."""

    def __init__(self) -> None:
        self.mark = f"slot{timeless_id().hex}"

    def __str__(self) -> str:
        return self.mark


@dataclass(frozen=True, slots=True)
class Letter:
    """What all copies share. The texts hold slots; a name or subject that could become a header is refused."""

    sender_name: str
    sender: str
    subject: str
    text: str
    html: str
    slots: Sequence[Slot]
    sent_at: datetime
    attached: Sequence[Attached] = ()

    def printed(self) -> "Printed":
        """Builds the mail once. Raises UnsafeHeader."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = formataddr((safe_header(self.sender_name), safe_address(self.sender)))
        message["Subject"] = safe_header(self.subject)
        message["Date"] = format_datetime(self.sent_at)
        # Quoted-printable keeps a slot's line as it is, so that it is found again in the bytes.
        message.set_content(self.text, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        for file in self.attached:
            told = file.content_type if file.content_type in _MADE_AS_TOLD else "application/octet-stream"
            main, _, sub = told.partition("/")
            message.add_attachment(file.content, main, sub, filename=safe_header(file.name))
        # No line begins with a dot, so that no relay on the way can take one for the end (SMTP smuggling). Such lines
        # are in the texts alone: files are in base64, and a header's further lines begin with a space.
        content = message.as_bytes().replace(b"\r\n.", b"\r\n=2E")
        return Printed(content, tuple(slot.mark.encode() for slot in self.slots))


class Printed:
    """The bytes of a mail, cut at its slots."""

    def __init__(self, content: bytes, marks: tuple[bytes, ...]) -> None:
        self._pieces: list[tuple[bytes, bytes | None]] = []
        while found := min(((at, mark) for mark in marks if (at := content.find(mark)) >= 0), default=None):
            at, mark = found
            self._pieces.append((content[:at], mark))
            content = content[at + len(mark) :]
        self._pieces.append((content, None))

    def copy(self, to: str, message_id: str, headers: Mapping[str, str], fillings: Mapping[Slot, str]) -> bytes:
        """One recipient's mail: `to` and no other address stands in it (P24). Raises UnsafeHeader."""
        own = {"To": safe_address(to), "Message-ID": f"<{message_id}>", **headers}
        head = "".join(f"{name}: {safe_header(value)}\r\n" for name, value in own.items()).encode("ascii")
        written = {slot.mark.encode(): _quoted(text) for slot, text in fillings.items()}
        return head + b"".join(piece + (written[mark] if mark else b"") for piece, mark in self._pieces)


def _quoted(text: str) -> bytes:
    # Quoted-printable of printable ASCII (RFC 2045 section 6.7): `=` is written out, long lines are broken softly.
    rest = safe_header(text).encode("ascii").replace(b"=", b"=3D")
    lines = []
    while rest:
        cut = _LINE if b"=" not in rest[_LINE - 2 : _LINE] else _LINE - 2
        lines.append(rest[:cut])
        rest = rest[cut:]
    return b"=\r\n" + b"=\r\n".join(lines) + b"=\r\n"
