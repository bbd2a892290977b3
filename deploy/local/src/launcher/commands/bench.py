"""Runs one of the benchmarks in tests/bench."""

import argparse
import subprocess
import sys

from launcher.checkout import ROOT
from launcher.command_line import Commands

# Each a module of tests/bench.
_BENCHMARKS = ("documents", "fanout", "groups", "login", "outbox")


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("bench", help="a benchmark: ratios against the limit and against peers, from one run")
    parser.add_argument("name", choices=_BENCHMARKS)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--peers", action="store_true", help="the peers beside it as well")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    flags = [f"--{flag}" for flag in ("json", "peers") if getattr(options, flag)]
    return subprocess.run(
        [sys.executable, "-m", f"tests.bench.{options.name}", *flags], cwd=ROOT, check=False
    ).returncode
