"""Starts everything on this machine and keeps it running."""

import argparse
import signal
from collections.abc import Callable
from types import FrameType

from launcher.background import leave_running
from launcher.command_line import Commands
from launcher.progress import Progress
from launcher.serve import serve
from launcher.state import State
from launcher.system import System

DEFAULT_PORT = 8080
_LAST_PORT = 65535


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("up", help="start everything on this machine")
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="the one public port (default: 8080)")
    parser.add_argument("--detach", action="store_true", help="leave it running and give the prompt back")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    state = State.of_this_checkout()
    state.prepare()
    if options.detach:
        work = _Up(state, options.port, "stays there. ./ourwatch down ends it.")
        return 0 if leave_running(work, state.log("launcher")) else 1
    _Up(state, options.port, "runs. Ctrl-C or ./ourwatch down ends it.")(lambda: None)
    return 0


def port_number(text: str) -> int:
    """The number of a TCP port, for argparse; ArgumentTypeError says what one is."""
    if text.isdecimal() and 1 <= int(text) <= _LAST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to {_LAST_PORT}, not {text}")


class _Up:
    def __init__(self, state: State, port: int, promise: str) -> None:
        self._state = state
        self._port = port
        self._promise = promise

    def __call__(self, let_go: Callable[[], None]) -> None:
        # SIGINT too: a script's `./ourwatch up &` is started with SIGINT ignored.
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, _interrupt)
        progress = Progress()
        system = System(self._state, self._port, progress)

        def is_ready() -> None:
            progress.say(f"OurWatch is at {system.url} and {self._promise}")
            let_go()

        serve(self._state, system, is_ready=is_ready)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
