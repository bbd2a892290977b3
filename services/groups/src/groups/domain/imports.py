"""What officers bring along from a list of their own, line by line."""

from dataclasses import dataclass
from enum import StrEnum

from groups.domain.invitees import Invitee
from groups.domain.kept_people import Consent

MOST_LINES = 200
LARGEST_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class ToKeep:
    """Somebody without e-mail, as a line names them."""

    name: str
    how_to_reach: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line of which nothing can be made, and why."""

    code: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """`number` is where the line ends in the file, from 1."""

    number: int
    content: Invitee | ToKeep | Unreadable


class ImportOutcome(StrEnum):
    INVITED = "invited"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a line. `code` says why it was refused; known and unknown addresses fare alike (P10)."""

    line: int
    outcome: ImportOutcome
    code: str | None = None
