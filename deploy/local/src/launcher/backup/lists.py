"""What must stay gone after a restore: lists that are written with the keys and repeated before anything is served."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GoneForGood:
    """A list: the file's name, which process's command writes it, and which processes' command repeats it."""

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
    GoneForGood(
        "destroyed-keys.jsonl",
        "documents-keys",
        "list-destroyed-keys",
        ("documents-api+documents-keys",),
        "repeat-destructions",
    ),
)
