"""What lies in the mail server's folder, told apart by recipient without being parsed as mails."""

import os
import re
from collections import defaultdict
from pathlib import Path

_HEAD = re.compile(rb"^(Delivered-To|Message-ID): <?([^>\r]+)>?\r$", re.MULTILINE)
_LONGEST_HEAD = 4096


class Arrived:
    """Reads each mail once."""

    def __init__(self, maildir: Path) -> None:
        self._folder = maildir / "new"
        self._seen: set[str] = set()
        self._copies: defaultdict[str, list[str]] = defaultdict(list)

    def copies(self) -> dict[str, list[str]]:
        """The Message-IDs that arrived for each address, in lower case."""
        for name in os.listdir(self._folder):  # noqa: PTH208 - pathlib makes an object of each of thousands
            if name not in self._seen:
                self._seen.add(name)
                with (self._folder / name).open("rb") as file:
                    head = file.read(_LONGEST_HEAD).partition(b"\r\n\r\n")[0] + b"\r\n"
                ((_, to), (_, message_id)) = sorted(_HEAD.findall(head))
                self._copies[to.decode().lower()].append(message_id.decode())
        return self._copies
