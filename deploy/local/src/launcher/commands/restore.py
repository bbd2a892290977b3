"""Builds the system from a backup, on a machine or in a folder that has none."""

import argparse
from pathlib import Path

from launcher.backup.bring_back import bring_back
from launcher.command_line import Commands
from launcher.commands.up import DEFAULT_PORT
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("restore", help="build the system from a backup, where there is none")
    parser.add_argument("data", type=Path)
    parser.add_argument("keys", type=Path, help="the newest there is: what was erased since then stays erased")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    bring_back(State.of_this_checkout(), options.data.absolute(), options.keys.absolute(), DEFAULT_PORT)
    print("Restored. ./ourwatch up starts it; everybody signs in again.")
    return 0
