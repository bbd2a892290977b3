"""What a client knows of its documents by the answers that it got: answered must hold, unanswered may."""

import random
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple


class Broken(AssertionError):
    """Something that was promised did not hold."""


class Content(NamedTuple):
    """Bytes that are made again when they are to be compared."""

    seed: int
    length: int

    def bytes(self) -> bytes:
        return (b"%PDF-1.7\n" + random.Random(self.seed).randbytes(self.length))[: self.length]


class Place(Enum):
    """Where a document is. What is `LEAVING` is due to be destroyed, and may be gone already."""

    VAULT = auto()
    BIN = auto()
    EITHER = auto()
    LEAVING = auto()
    GONE = auto()


@dataclass
class Remembered:
    """A document with one of `names`.

    The contents in `ready` were answered for; each of those in `open` may have become ready, wholly, or be absent.
    """

    id: str
    names: set[str]
    place: Place = Place.VAULT
    ready: dict[str, Content] = field(default_factory=dict)
    open: dict[str, Content] = field(default_factory=dict)

    def path(self, version_id: str) -> str:
        return f"/documents/{self.id}/versions/{version_id}/content"
