"""What the local mailbox received, found again by address and by the link in it."""

import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from shared.servers.mailsink import Mailbox

from launcher.demo.told import DemoFailed

Found = TypeVar("Found")

WAIT_SECONDS = 60.0
_EVERY_SECONDS = 0.1
_LINK = re.compile(r"https?://\S+")


def wait_for(what: str, look: Callable[[], Found | None], seconds: float = WAIT_SECONDS) -> Found:
    """Looks until there is something; DemoFailed, saying what was waited for, after a minute."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise DemoFailed(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(_EVERY_SECONDS)


class Post:
    """The local Maildir."""

    def __init__(self, maildir: Path) -> None:
        self._mailbox = Mailbox(maildir)

    def count(self) -> int:
        """How many copies arrived in all."""
        return self._mailbox.count()

    def all(self) -> list[EmailMessage]:
        """Every copy that arrived, oldest first."""
        return self._mailbox.messages()

    def to(self, address: str, containing: str = "") -> list[EmailMessage]:
        """What an address received, oldest first."""
        return [mail for mail in self._mailbox.messages(to=address) if containing in text_of(mail)]

    def link(self, address: str, path: str) -> dict[str, str]:
        """The query of the newest link to `path` that an address received; waits for it."""

        def look() -> dict[str, str] | None:
            for mail in reversed(self._mailbox.messages(to=address)):
                for link in _LINK.findall(text_of(mail)):
                    parts = urlsplit(link)
                    if parts.path.startswith(path):
                        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                        return {"path": parts.path, **query}
            return None

        return wait_for(f"a link to {path} in the mailbox of {address}", look)


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
