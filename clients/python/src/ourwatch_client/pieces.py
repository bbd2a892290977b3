"""Bodies in pieces."""

from collections.abc import Iterator

PIECE = 64 << 10


def pieces_of(content: bytes) -> Iterator[bytes]:
    """A body in pieces of 64 KiB."""
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))
