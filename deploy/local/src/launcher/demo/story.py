"""What the steps of the story share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from ourwatch_client import OurWatchProblem, Visitor

from launcher.demo.mailbox import Post
from launcher.demo.minutes import Minutes
from launcher.demo.people import Codes, Resident, Staff
from launcher.demo.told import Told

BOROUGH = "E09000030"


@dataclass(frozen=True, slots=True)
class Ground:
    """The running system, and how to ask what only its operator can."""

    url: str
    home: Path
    maildir: Path
    create_administrator: Callable[[str, str], str]
    dump_databases: Callable[[Path], None]


@dataclass
class Story:
    """One run: its people, its panel, its document."""

    run: str
    ground: Ground
    told: Told
    visitor: Visitor
    post: Post
    codes: Codes
    residents: list[Resident]
    administrator: Staff = field(init=False)
    police: Staff = field(init=False)
    coordinator: Staff = field(init=False)
    force_id: UUID = field(init=False)
    ourwatch_id: UUID = field(init=False)
    group_id: UUID = field(init=False)
    join_secret: str = field(init=False)
    minutes: Minutes = field(init=False)
    document_id: UUID = field(init=False)
    version_id: UUID = field(init=False)

    def close(self) -> None:
        """Closes every connection of the story's people."""
        people = (*self.residents, *(getattr(self, name, None) for name in ("administrator", "police", "coordinator")))
        for session in (getattr(person, "session", None) for person in people):
            if session is not None:
                session.close()
        self.visitor.close()

    @property
    def group_name(self) -> str:
        return f"Bethnal Green Ward Panel {self.run}"

    @property
    def chair(self) -> Resident:
        return self.residents[0]

    @property
    def vice_chair(self) -> Resident:
        return self.residents[1]

    @property
    def secretary(self) -> Resident:
        return self.residents[2]

    @property
    def leaver(self) -> Resident:
        return self.residents[-1]


def refusal_of(attempt: Callable[[], object]) -> OurWatchProblem | None:
    """The refusal that an attempt met; None where it went through."""
    try:
        attempt()
    except OurWatchProblem as problem:
        return problem
    return None
