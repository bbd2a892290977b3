"""Names of documents and their folders, as paths of files that every system can unpack."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

LONGEST: Final = 120
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Windows takes these for devices, with any ending.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_paths(places: Iterable[tuple[Sequence[str], str]]) -> list[str]:
    """One path for each document, given the names of its folders, outermost first, and its own.

    In their order; none leads out of where it is unpacked, and no two are the same, whatever the case.
    """
    taken: set[str] = set()
    return [_unique("".join(f"{_safe(folder)}/" for folder in folders), _safe(name), taken) for folders, name in places]


def _safe(name: str) -> str:
    # A name of dots alone, or one that ends with a dot, means something else to some system.
    safe = _UNSAFE.sub("_", name).strip(" .") or "document"
    if _DEVICE.fullmatch(safe):
        safe = f"_{safe}"
    stem, ending = _parts(safe)
    return f"{stem[: LONGEST - len(ending)]}{ending}"


def _unique(folder: str, name: str, taken: set[str]) -> str:
    stem, ending = _parts(name)
    number, unique = 1, folder + name
    while unique.casefold() in taken:
        number += 1
        unique = f"{folder}{stem} ({number}){ending}"
    taken.add(unique.casefold())
    return unique


def _parts(name: str) -> tuple[str, str]:
    ending = PurePosixPath(name).suffix
    return (name.removesuffix(ending), ending) if 0 < len(ending) <= 10 else (name, "")
