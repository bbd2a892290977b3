"""Makes an administrator's account."""

import argparse

from launcher.command_line import Commands
from launcher.control import ask
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("administrator", help="make an administrator; prints the link that opens the account")
    parser.add_argument("address")
    parser.add_argument("name")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    answer = ask(State.of_this_checkout().control, command="administrator", email=options.address, name=options.name)
    print(f"Open this page within seven days, choose a password and add an authenticator app:\n{answer['link']}")
    return 0
