"""`repeat-erasures FILE`: after a restore, who was erased since the backup is forgotten again (P29)."""

import argparse
import asyncio
from pathlib import Path

from shared.clock import now
from shared.erased_people import read_erased
from shared.logging import configure

from groups.bootstrap import open_resources
from groups.settings import Settings
from groups.use_cases.forget_person import forget_person


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("repeat-erasures")
    parser.add_argument("file", type=Path)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    settings = Settings()
    configure("groups", settings.log_level)

    async def forget() -> int:
        people = read_erased(options.file)
        async with open_resources(settings) as resources:
            for person in people:
                await forget_person(resources.unit_of_work(), person.person_id, person.version, now())
        return len(people)

    print(f"{asyncio.run(forget())} people are forgotten.")
    return 0
