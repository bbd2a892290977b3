"""Looks through the running system for what is missing, orphaned or does not open. Reports, and repairs nothing."""

import argparse

from shared.servers.postgres_admin import PostgresAdmin

from launcher.backup.access import Access
from launcher.backup.references import orphans
from launcher.command_line import Commands
from launcher.control import ask
from launcher.errors import NotPossible
from launcher.operate import operate
from launcher.progress import Progress
from launcher.state import State

FOUND = 3
"""The exit code of a service's own fsck that found something; any other says that it broke off."""
LOOKS = {"documents": "documents-api+documents-keys", "messaging": "messaging-api"}
"""Which services look through what they hold, and whose settings that takes."""


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("fsck", help="what is missing, orphaned or does not open, in all services")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """The exit code is 1 where something was found."""
    state, progress = State.of_this_checkout(), Progress()
    found: list[str] = []
    for service, settings_of in LOOKS.items():
        with progress.step(service):
            ended = operate(state, settings_of, "fsck")
        lines = ended.stdout.splitlines()
        if ended.returncode not in {0, FOUND}:
            raise NotPossible(f"{service} could not be looked through to the end: {ended.stderr.strip()}")
        found += [f"{service}: {line}" for line in lines]
    with progress.step("between services"):
        found += orphans(PostgresAdmin(**Access(**ask(state.control, command="access")).postgres))
    for line in found:
        print(line)
    print(f"{len(found)} findings." if found else "Nothing is missing, orphaned or damaged.")
    return 1 if found else 0
