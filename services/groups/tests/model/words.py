"""The words of the model: offices, what an act comes to, and who acts for an organisation."""

from dataclasses import dataclass
from enum import StrEnum

PANEL_OFFICES = ("chair", "vice_chair", "secretary")
OFFICES = {
    "ward_panel": PANEL_OFFICES,
    "community_group": PANEL_OFFICES,
    "neighbourhood_watch": ("coordinator", "deputy_coordinator"),
}
BELONGING = ("active", "suspended")
FEWEST_FOR_FIRST_BALLOT = 3
Rights = tuple[str | None, bool]


class Told(StrEnum):
    """What an act comes to. Unseen is what is told of a group that one has nothing to do with."""

    DONE = "done"
    UNSEEN = "unseen"
    NOT_YOURS = "not yours"
    NOT_NOW = "not now"


class Refused(Exception):
    def __init__(self, told: Told) -> None:
        self.told = told


@dataclass(frozen=True)
class Officer:
    """A staff account. `accounts` are all that are this one human's; `authority` is what its organisation says."""

    name: str
    authority: str
    organisation: str
    areas: frozenset[str]
    accounts: frozenset[str]
