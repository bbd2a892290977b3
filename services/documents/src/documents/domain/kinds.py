"""What a vault takes, told by the first bytes of a content and never by its name."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

LOOKED_AT: Final = 4096
"""First bytes of a content that are looked at, before any of it is stored."""


class Kind(StrEnum):
    """What a content is. Archives, and old Office files, are looked at again once they are whole."""

    PDF = "pdf"
    PICTURE = "picture"
    SOUND_OR_FILM = "sound or film"
    RICH_TEXT = "rich text"
    OLD_OFFICE = "old office"
    ARCHIVE = "archive"
    TEXT = "text"


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    # ISO/IEC 14496-12: the first box is `ftyp`, and the four bytes after it name the family.
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_mpeg_audio(head: bytes) -> bool:
    # A frame of layer III begins with eleven bits set (ISO/IEC 11172-3).
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 not in {0x00, 0xF0}


# One line for each format. OOXML and ODF are ZIP archives.
SIGNATURES: Final[tuple[tuple[Kind, Callable[[bytes], bool]], ...]] = (
    (Kind.PDF, _starts(b"%PDF-")),
    (Kind.PICTURE, _starts(b"\x89PNG\r\n\x1a\n")),
    (Kind.PICTURE, _starts(b"\xff\xd8\xff")),
    (Kind.PICTURE, _starts(b"GIF87a", b"GIF89a")),
    (Kind.PICTURE, _is_webp),
    (Kind.PICTURE, _brand(b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")),
    (Kind.SOUND_OR_FILM, _brand(b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4A ", b"M4V ")),
    (Kind.SOUND_OR_FILM, _starts(b"ID3")),
    (Kind.SOUND_OR_FILM, _is_mpeg_audio),
    (Kind.RICH_TEXT, _starts(b"{\\rtf1")),
    (Kind.OLD_OFFICE, _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    (Kind.ARCHIVE, _starts(b"PK\x03\x04", b"PK\x05\x06")),
)

_BOM: Final = "\ufeff"
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Browsers and systems run what begins so; the first is markup of any kind, the second a script (execve(2)).
_RUNS: Final = re.compile(r"\s*<[a-z!?/]|#!|.*<\s*(script|svg|html|iframe|object|embed)\b", re.IGNORECASE | re.DOTALL)


def kind_of(head: bytes, *, is_whole: bool) -> Kind | None:
    """What a content that begins with `head` is, None for what a vault does not take. `head` has LOOKED_AT bytes, or
    is the whole content.
    """
    for kind, matches in SIGNATURES:
        if matches(head):
            return kind
    return Kind.TEXT if _is_text(head, is_whole=is_whole) else None


def _is_text(head: bytes, *, is_whole: bool) -> bool:
    # A character may be cut in two where the look ends.
    for cut in range(1 if is_whole else 4):
        try:
            text = head[: len(head) - cut].decode("utf-8").removeprefix(_BOM)
        except UnicodeDecodeError:
            continue
        return _CONTROLS.search(text) is None and _RUNS.match(text) is None
    return False
