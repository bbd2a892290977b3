"""Copies the running system: data to one place, keys to another."""

import argparse
from pathlib import Path

from launcher.backup.access import Access
from launcher.backup.save import save
from launcher.command_line import Commands
from launcher.control import ask
from launcher.errors import NotPossible
from launcher.operate import operate
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("backup", help="copy the running system's data and, apart from them, its keys")
    parser.add_argument("data", type=Path, help="a new folder for databases and sealed contents")
    parser.add_argument("keys", type=Path, help="a new folder, on another medium: whoever has both can read everything")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    state = State.of_this_checkout()

    def carry_out(process: str, arguments: list[str]) -> None:
        ended = operate(state, process, *arguments)
        if ended.returncode != 0:
            raise NotPossible(f"{process} could not {arguments[0]}: {ended.stderr.strip()}")

    access = Access(**ask(state.control, command="access"))
    save(state, access, carry_out, options.data.absolute(), options.keys.absolute())
    print(f"The data are in {options.data}, the keys in {options.keys}. Keep them apart.")
    return 0
