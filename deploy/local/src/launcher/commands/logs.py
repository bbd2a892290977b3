"""Prints what the processes said last."""

import argparse
import time
from collections import deque
from pathlib import Path

from launcher.command_line import Commands
from launcher.errors import NotPossible
from launcher.state import State

_POLL_SECONDS = 0.3


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("logs", help="print what the processes said")
    parser.add_argument("service", nargs="?", default="", help="a service or one of its processes; else all")
    parser.add_argument("--lines", type=int, default=100, help="how many of each (default: 100)")
    parser.add_argument("--follow", action="store_true", help="go on as more is said")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    state = State.of_this_checkout()
    # The servers write beside their folders, the processes into one.
    every = sorted([*state.logs.glob("*.log"), *state.folder.glob("*.log")])
    chosen = [path for path in every if path.stem.startswith(options.service)]
    if not chosen:
        raise NotPossible(f"nothing called {options.service or 'anything'} has said a word yet")
    for path in chosen:
        with path.open(errors="replace") as log:
            _print(path, deque(log, maxlen=options.lines))
    if options.follow:
        _follow(chosen)
    return 0


def _follow(paths: list[Path]) -> None:
    read = {path: path.stat().st_size for path in paths}
    while True:
        for path in paths:
            with path.open(errors="replace") as log:
                log.seek(read[path])
                _print(path, log.readlines())
                read[path] = log.tell()
        time.sleep(_POLL_SECONDS)


def _print(path: Path, lines: "deque[str] | list[str]") -> None:
    for line in lines:
        print(f"{path.stem:<18} {line.rstrip()}", flush=True)
