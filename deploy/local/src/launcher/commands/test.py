"""Runs lint, types and all tests, on private servers of their own."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from launcher.checkout import ROOT
from launcher.command_line import Commands

_TYPED = (
    "conftest.py",
    "shared/src",
    "shared/tests",
    "services/*/src",
    "services/*/tests",
    "deploy/local",
    "clients/*/src",
    "tests",
)
_MOST_WORKERS = 5
# In our order, the longest first: by itself xdist begins with the files that have most tests. A worker that dies is not
# replaced, since servers and buckets were made for those that began.
_ORDER = ("--no-loadscope-reorder", "--max-worker-restart", "0")


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("test", help="lint, types and all tests; what it does not know goes to pytest")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    failed = [name for name, command in _checks(options.rest) if not _passes(name, command)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nEverything passed.")
    return 1 if failed else 0


def _checks(for_pytest: list[str]) -> list[tuple[str, list[str]]]:
    typed = [str(path.relative_to(ROOT)) for pattern in _TYPED for path in sorted(ROOT.glob(pattern))]
    # More than cores, since the journeys often wait; few more, since each collects all tests and makes its databases.
    workers = min((os.cpu_count() or 1) + 2, _MOST_WORKERS)
    checks = [
        ("lint", ["ruff", "check", "--quiet"]),
        ("format", ["ruff", "format", "--check", "--quiet"]),
        ("types", ["mypy", "--num-workers", str(os.cpu_count() or 1), *typed]),
        ("imports", ["lint-imports"]),
        ("tests", ["pytest", "-n", str(workers), "--dist", "loadfile", *_ORDER, *for_pytest]),
    ]
    return [(name, command) for name, command in checks if name != "imports" or (ROOT / ".importlinter").exists()]


def _passes(name: str, command: list[str]) -> bool:
    print(f"── {name}: {' '.join(command[:2])}", flush=True)
    began = time.monotonic()
    program = Path(sys.executable).parent / command[0]
    # pytest's 5 means that no test was found: a failure too.
    # What is compiled is kept, whatever the caller's habit: a run starts Python a few hundred times.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = subprocess.run([program, *command[1:]], cwd=ROOT, env=environment, check=False).returncode
    print(f"   {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return code == 0
