"""`verify-log`, `verify-audit`, `export-audit`: whether the logs hold, here or in a kept file."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from shared.db.unit_of_work import UnitOfWork
from shared.logging import configure

from groups.bootstrap import open_resources
from groups.domain.exported_audit import verify_exported_audit
from groups.domain.exported_log import NotAnExport, Verdict, verify_export
from groups.domain.statements import Jwks
from groups.settings import Settings
from groups.use_cases.verify_audit import export_audit, verify_audit
from groups.use_cases.verify_log import verify_log

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class _Log:
    """A log that can be verified where it lies, and as a file of `lines`."""

    lines: str
    here: Callable[[UnitOfWork], Awaitable[Verdict]]
    kept: Callable[[Iterable[str], Jwks], Verdict]


_LOGS = {
    "verify-log": _Log("answers of GET /marking-log, one a line", verify_log, verify_export),
    "verify-audit": _Log("what export-audit wrote", verify_audit, verify_exported_audit),
}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, log in _LOGS.items():
        parser = commands.add_parser(name, help="the database's own, or a kept one by the keys given")
        parser.add_argument("file", type=Path, nargs="?", help=log.lines)
        parser.add_argument("--keys", type=Path, help="the answer of GET /marking-keys")
        parser.set_defaults(run=_verify)
    parser = commands.add_parser("export-audit", help="the audit as a file that verify-audit reads")
    parser.add_argument("file", type=Path)
    parser.set_defaults(run=_export)


def _verify(given: argparse.Namespace) -> int:
    log = _LOGS[given.command]
    if (given.file is None) != (given.keys is None):
        print(f"A file is verified with keys: {given.command} FILE --keys KEYS.", file=sys.stderr)
        return 2
    try:
        if given.file is None:
            return _print(_with_database(log.here))
        return _print(log.kept(given.file.read_text().splitlines(), json.loads(given.keys.read_text())))
    except NotAnExport:
        print(f"{given.file} does not hold {log.lines}.", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"The file or the keys cannot be read ({type(error).__name__}).", file=sys.stderr)
    return 2


def _print(verdict: Verdict) -> int:
    if verdict.broken is not None:
        print(f"The log breaks at entry {verdict.broken.number}: {verdict.broken.why}.")
        return 1
    print(f"The log holds: {verdict.entries} entries, the first {verdict.signed_until} of them under a signed head.")
    return 0


def _export(given: argparse.Namespace) -> int:
    async def export(uow: UnitOfWork) -> int:
        # It tells who did what: for its owner alone.
        with os.fdopen(os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            return await export_audit(uow, file)

    print(f"{_with_database(export)} entries are in {given.file}. Keep GET /marking-keys beside it to verify it.")
    return 0


def _with_database(act: Callable[[UnitOfWork], Awaitable[Done]]) -> Done:
    settings = Settings()
    configure("groups", settings.log_level)

    async def run() -> Done:
        async with open_resources(settings) as resources:
            return await act(resources.unit_of_work())

    return asyncio.run(run())
