"""Verifies the audit of groups, or writes it to a file that anybody verifies later."""

import argparse
import subprocess
import sys
from pathlib import Path

from launcher.command_line import Commands
from launcher.operate import operate
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("audit", help="verify the record of every change, or take it along")
    acts = parser.add_subparsers(dest="act", required=True)
    verifying = acts.add_parser("verify", help="the running system's, or a kept file by the keys given")
    verifying.add_argument("file", type=Path, nargs="?", help="what audit export wrote")
    verifying.add_argument("--keys", type=Path, help="the answer of GET /marking-keys")
    exporting = acts.add_parser("export", help="write it to a file")
    exporting.add_argument("file", type=Path)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verifying a kept file needs no running system; the exit code is 1 where the log breaks."""
    if options.act == "verify" and options.file:
        keys = ["--keys", str(options.keys)] if options.keys else []
        asked = [sys.executable, "-m", "groups", "verify-audit", str(options.file), *keys]
        return subprocess.run(asked, check=False).returncode
    arguments = ["verify-audit"] if options.act == "verify" else ["export-audit", str(options.file.absolute())]
    ended = operate(State.of_this_checkout(), "groups-api", *arguments)
    print((ended.stdout or ended.stderr).strip())
    return ended.returncode
