"""The `Range` header, as far as it is honoured: one range of bytes (RFC 9110, 14.2)."""

import re

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


class NotSatisfiable(Exception):
    """The content has no byte of the range."""


def asked_range(header: str | None, length: int) -> tuple[int, int] | None:
    """First and last byte, both included, of a content of `length` bytes; None where the whole is to be sent.

    Several ranges, other units and what cannot be read are ignored, as the RFC allows. Raises NotSatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(1, 2) == ("", ""):
        return None
    begin, end = match.group(1, 2)
    if begin == "":
        if int(end) == 0:
            raise NotSatisfiable
        return max(0, length - int(end)), length - 1
    first, last = int(begin), int(end) if end else length - 1
    if end and last < first:
        return None
    if first >= length:
        raise NotSatisfiable
    return first, min(last, length - 1)
