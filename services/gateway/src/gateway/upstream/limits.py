"""How long a client may keep us waiting, and how much is carried at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`piece_seconds` bounds the wait for each piece of a body, `body_seconds` all waits for one that is no file.

    `connections` is for the requests that are carried; one service gets half of them at most.
    """

    piece_seconds: float = 30
    body_seconds: float = 30
    connections: int = 400


USUAL = Limits()
