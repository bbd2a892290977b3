"""Reads the bytes of a mail as the strictest and the most careless of relays would, with nobody else's parser."""

import itertools
import re

LONGEST_LINE = 998
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]*): ?[\x20-\x7e\t]*")
_FURTHER = re.compile(rb"[ \t][\x20-\x7e\t]*[\x21-\x7e][\x20-\x7e\t]*")
_BOUNDARY = re.compile(rb'boundary="([^"]+)"')


class NotStrict(AssertionError):
    """Bytes that two relays may read differently."""


def lines_of(content: bytes) -> list[bytes]:
    """Every line of a mail: each ends in CR LF, none of which stands alone, and none is too long or ends the mail."""
    if not content.endswith(b"\r\n"):
        raise NotStrict("the last line does not end")
    lines = content[:-2].split(b"\r\n")
    for line in lines:
        if b"\r" in line or b"\n" in line:
            raise NotStrict(f"a bare CR or LF: {line[:200]!r}")
        if len(line) > LONGEST_LINE:
            raise NotStrict(f"a line of {len(line)} bytes: {line[:80]!r}")
        if line == b".":
            raise NotStrict("a lone dot")
        if not line.isascii() or b"\x00" in line:
            raise NotStrict(f"no seven bit text: {line[:200]!r}")
    return lines


def names_of(head: list[bytes]) -> list[str]:
    """The header names of these lines, in order and as often as they stand there."""
    names: list[str] = []
    for line in head:
        if found := _FIELD.fullmatch(line):
            names.append(found[1].decode())
        elif not names or not _FURTHER.fullmatch(line):
            raise NotStrict(f"neither a header nor more of one: {line[:200]!r}")
    return names


def header_names(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Of the mail itself, and of each of its parts however deep."""
    lines = lines_of(content)
    head, rest = _cut(lines)
    return names_of(head), list(_parts(b"\n".join(head), rest))


def _parts(head: bytes, lines: list[bytes]) -> list[list[str]]:
    found = _BOUNDARY.search(head)
    if found is None:
        return []
    opening, ending = b"--" + found[1], b"--" + found[1] + b"--"
    if lines.count(ending) != 1:
        raise NotStrict("parts without one end")
    names: list[list[str]] = []
    starts = [number for number, line in enumerate(lines) if line in (opening, ending)]
    for start, end in itertools.pairwise(starts):
        part, rest = _cut(lines[start + 1 : end])
        names.append(names_of(part))
        names += _parts(b"\n".join(part), rest)
    return names


def _cut(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    if b"" not in lines:
        raise NotStrict("a head without an end")
    end = lines.index(b"")
    return lines[:end], lines[end + 1 :]
