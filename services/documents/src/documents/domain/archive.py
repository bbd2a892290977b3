"""What an archive may hold, by what its directory says of each entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_ENTRIES: Final = 10_000
MOST_UNPACKED: Final = 2 << 30
"""Bytes of all entries together."""
MOST_GROWTH: Final = 200
"""How many times its own length an archive may be when it is unpacked."""
LARGEST_DIRECTORY: Final = 8 << 20
"""Bytes from the beginning of the directory to the end of the archive."""

_MACROS: Final = ("vbaproject.bin", "vbaprojectsignature.bin")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, with its length in bytes when it is unpacked."""

    name: str
    length: int
    is_encrypted: bool


class Refused(Exception):
    """Why an archive is not taken, as a plain sentence."""


def check_archive(entries: Iterable[Entry], length: int) -> None:
    """Raises Refused. `length` is the archive's own, in bytes."""
    unpacked = 0
    for number, entry in enumerate(entries, 1):
        unpacked += entry.length
        if number > MOST_ENTRIES:
            raise Refused("This archive holds too many files. Please send fewer in one archive.")
        if unpacked > min(MOST_UNPACKED, MOST_GROWTH * length):
            raise Refused("This archive would be far too large when it is unpacked. Please send its files one by one.")
        if entry.is_encrypted:
            raise Refused("This archive is locked with a password. Please send it unlocked: it is kept sealed here.")
        if _leads_out(entry.name):
            raise Refused("This archive names files outside of itself. Please make it anew.")
        if _is_macro(entry.name):
            raise Refused("This file holds macros. Please save it without macros and send it again.")


def _leads_out(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or path[1:2] == ":" or ".." in path.split("/")


def _is_macro(name: str) -> bool:
    path = name.replace("\\", "/").lower()
    # OOXML keeps Visual Basic in one part; ODF keeps Basic libraries in a folder of their own.
    return path.rpartition("/")[2] in _MACROS or path.startswith("basic/")
