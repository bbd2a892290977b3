"""The people of the story: residents out of a file, staff, and the codes of their authenticator apps."""

import csv
import json
import os
import time
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pyotp
from ourwatch_client import MemberSession, StaffSession, Visitor

PASSWORD = "tram violet thunder biscuit"
_STEP_SECONDS = 30


class Codes:
    """Authenticator apps: each code is used once, and the clock may be one step off, so three can follow at once."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._seeds: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
        self._last: dict[str, int] = {}

    def enrol(self, email: str, seed: str) -> None:
        """Remembers a seed, in a file that only its owner reads: `./ourwatch totp` reads it too."""
        self._seeds[email] = seed
        self._last.pop(email, None)
        self._kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self._kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._seeds, file, indent=1)

    def next(self, email: str) -> str:
        """The next code that was not used yet; waits where there is none in the window."""
        step = max(self._last.get(email, 0) + 1, _now() - 1)
        while step > _now() + 1:
            time.sleep(1)
        self._last[email] = step
        return pyotp.TOTP(self._seeds[email]).generate_otp(step)


def _now() -> int:
    return int(time.time()) // _STEP_SECONDS


@dataclass
class Resident:
    """One line of the member file, and later their session."""

    name: str
    email: str
    ward: str
    session: MemberSession = field(init=False, repr=False)


@dataclass
class Staff:
    """A staff member and their session."""

    name: str
    email: str
    session: StaffSession = field(init=False, repr=False)


def read_residents(run: str) -> list[Resident]:
    """The 25 residents of the member file, with addresses of this run."""
    lines = (files("launcher.demo") / "residents.csv").read_text().splitlines()
    return [
        Resident(line["display_name"], f"{line['mailbox']}.{run}@example.org", line["ward"])
        for line in csv.DictReader(lines)
    ]


def sign_in(visitor: Visitor, resident: Resident) -> None:
    """Opens the resident's session."""
    resident.session = visitor.sign_in_member(resident.email, PASSWORD)
