"""Runs the main job on this machine, starting OurWatch if it does not run."""

import argparse
from pathlib import Path

from ourwatch_client import OurWatchProblem, OurWatchUnreachable

from launcher.command_line import Commands
from launcher.commands import up
from launcher.control import ask
from launcher.demo.run import run_main_job
from launcher.demo.story import Ground
from launcher.demo.told import DemoFailed
from launcher.errors import NotPossible
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("demo", help="the main job, step by step, on real parts")
    parser.add_argument("--port", type=up.port_number, default=up.DEFAULT_PORT, help="the public port, if it starts")
    parser.set_defaults(run=run, detach=True)


def run(options: argparse.Namespace) -> int:
    state = State.of_this_checkout()
    if not _is_running(state) and up.run(options) != 0:
        return 1
    if not state.mail.exists():
        raise NotPossible("the demo reads the local mailbox: start OurWatch without OURWATCH_SMTP_URL")
    ground = Ground(
        url=str(ask(state.control, command="status")["url"]),
        home=state.folder,
        maildir=state.mail,
        create_administrator=lambda email, name: str(
            ask(state.control, command="administrator", email=email, name=name)["link"]
        ),
        dump_databases=lambda folder: _dump(state, folder),
    )
    try:
        run_main_job(ground)
    except (DemoFailed, OurWatchProblem, OurWatchUnreachable) as reason:
        raise NotPossible(f"the demo stopped: {reason}") from reason
    print("\nAll eight steps hold. OurWatch goes on running: ./ourwatch mail, ./ourwatch status, ./ourwatch down.")
    return 0


def _is_running(state: State) -> bool:
    try:
        ask(state.control, command="status")
    except NotPossible:
        return False
    return True


def _dump(state: State, folder: Path) -> None:
    ask(state.control, command="dump", folder=str(folder))
