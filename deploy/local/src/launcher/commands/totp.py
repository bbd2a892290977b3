"""Prints the current code of an account that the demo enrolled itself."""

import argparse
import json

import pyotp

from launcher.command_line import Commands
from launcher.errors import NotPossible
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("totp", help="a sign-in code for an account of the demo")
    parser.add_argument("address")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    path = State.of_this_checkout().totp_seeds
    seeds: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if options.address not in seeds:
        raise NotPossible(f"the demo enrolled no authenticator for {options.address}: run ./ourwatch demo first")
    print(pyotp.TOTP(seeds[options.address]).now())
    return 0
