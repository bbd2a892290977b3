"""What must stay gone after a restore: lists that are written with the keys and repeated before anything is served."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GoneForGood:
    """A list: the file's name, which process writes it by which command, and which processes repeat it by which."""

    file: str
    written_by: str
    by: str
    repeated_by: tuple[str, ...]
    repeat: str


LISTS = (
    GoneForGood(
        "erased-people.jsonl",
        "identity-api",
        "list-erasures",
        ("identity-api", "groups-api", "messaging-api"),
        "repeat-erasures",
    ),
)
