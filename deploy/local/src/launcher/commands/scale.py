"""Runs more or fewer copies of a process."""

import argparse

from launcher.command_line import Commands
from launcher.control import ask
from launcher.errors import NotPossible
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("scale", help="run more or fewer copies of a process")
    parser.add_argument("wish", metavar="NAME=N", help="for instance messaging-worker=3")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    name, _, count = options.wish.partition("=")
    if not count.isdecimal():
        raise NotPossible("say how many copies: ./ourwatch scale messaging-worker=3")
    ask(State.of_this_checkout().control, command="scale", name=name, count=int(count))
    print(f"{name}: {count} {'copy runs' if int(count) == 1 else 'copies run'}")
    return 0
