"""A send's recipients in chunks: mailbox tags are evenly spread, so a chunk is a range of them."""

from collections.abc import Iterator
from typing import NamedTuple

AIMED_AT = 800
"""Recipients a chunk: seldom more than 900, so that a message to the broker stands for a thousand at most."""
_BYTES = 8
_ALL = 1 << (8 * _BYTES)


class TagRange(NamedTuple):
    """Tags from `start` up to, and without, `end`; None is the end of all."""

    start: bytes
    end: bytes | None


def ranges(mailboxes: int) -> Iterator[TagRange]:
    """As many equal ranges as so many mailboxes need; none for nobody."""
    count = -(-mailboxes // AIMED_AT)
    edges = [(number * _ALL // count).to_bytes(_BYTES, "big") for number in range(count)]
    for number, start in enumerate(edges):
        yield TagRange(start if number else b"", edges[number + 1] if number + 1 < count else None)
