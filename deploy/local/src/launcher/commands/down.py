"""Ends everything that `up` started."""

import argparse
import fcntl
import os

from launcher.command_line import Commands
from launcher.control import ask
from launcher.state import State


def add_to(commands: Commands) -> None:
    commands.add_parser("down", help="end everything").set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    state = State.of_this_checkout()
    ask(state.control, command="down")
    # The launcher holds its lock until the last process has ended.
    lock = os.open(state.lock, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.close(lock)
    print("OurWatch has ended. Its data stay where they are.")
    return 0
