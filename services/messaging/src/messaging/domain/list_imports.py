"""What becomes of each entry of an import to a mailing list."""

from enum import StrEnum
from typing import Final, NamedTuple

MOST_ENTRIES: Final = 200


class Entry(NamedTuple):
    """One entry after its own check: without the name or the address that was none."""

    name: str | None
    email: str | None


class Outcome(StrEnum):
    """`asked` is whoever is new, whether or not their mailbox may be asked today: that would tell of other groups."""

    ASKED = "asked"
    ALREADY_ON_THE_LIST = "already_on_the_list"
    LEFT = "left"
    NOT_AN_ADDRESS = "not_an_address"
    NO_NAME = "no_name"
    TWICE = "twice"
    LIST_FULL = "list_full"
