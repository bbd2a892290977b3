"""Shows what runs."""

import argparse

from launcher.command_line import Commands
from launcher.control import ask
from launcher.state import State


def add_to(commands: Commands) -> None:
    commands.add_parser("status", help="show what runs").set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    answer = ask(State.of_this_checkout().control, command="status")
    print(f"OurWatch is at {answer['url']}")
    for name, part in answer["parts"].items():
        again = f", started again {part['restarts']} times" if part["restarts"] else ""
        print(f"  {name:<22} {'runs' if part['running'] else 'IS DOWN'}{again}")
    return 0 if all(part["running"] for part in answer["parts"].values()) else 1
