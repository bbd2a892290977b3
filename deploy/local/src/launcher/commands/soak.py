"""Runs one of the long random tests in tests/soak."""

import argparse
import subprocess
import sys

from launcher.checkout import ROOT
from launcher.command_line import Commands

_FOLDER = ROOT / "tests" / "soak"
_NO_SOAKS = {"__init__", "seed"}


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("soak", help="a long random test; says its seed, which repeats it")
    parser.add_argument("name", choices=sorted({path.stem for path in _FOLDER.glob("*.py")} - _NO_SOAKS))
    parser.add_argument("--seed", type=int, help="repeat the run that said this seed")
    parser.add_argument("--kills", type=int, help="of documents and sends: how many processes are killed")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    given = {"--seed": options.seed, "--kills": options.kills}
    words = [word for option, count in given.items() if count is not None for word in (option, str(count))]
    command = [sys.executable, "-m", f"tests.soak.{options.name}", *words]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
