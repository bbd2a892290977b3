"""The list of who was erased, as a file that is kept apart from backups: what is restored forgets them again (P29)."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """An id that means nobody any more, and the version under which the others were told."""

    person_id: UUID
    version: int


def write_erased(path: Path, people: Iterable[ErasedPerson]) -> None:
    """One JSON object a line, in a new file for its owner alone. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for each in people:
            file.write(json.dumps({"person_id": str(each.person_id), "version": each.version}) + "\n")


def read_erased(path: Path) -> list[ErasedPerson]:
    """What `write_erased` wrote. Raises ValueError, with the number of the line, for anything else."""
    people = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            told = json.loads(line)
            people.append(ErasedPerson(UUID(told["person_id"]), int(told["version"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {path.name} names nobody") from error
    return people
