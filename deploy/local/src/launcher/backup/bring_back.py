"""Builds a system from a backup where there is none: nothing is served until all that must stay gone is gone."""

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path

from shared.blobs.store import BlobStore
from shared.servers.postgres_admin import PostgresAdmin

from launcher.backup.access import Access
from launcher.backup.lists import LISTS
from launcher.backup.objects import bring_back_objects, files_of
from launcher.backup.parts import check_part
from launcher.backup.save import DATA, KEYS
from launcher.errors import NotPossible
from launcher.processes import DATABASES, STEPS
from launcher.progress import Progress
from launcher.state import State
from launcher.system import System


def bring_back(state: State, data: Path, keys: Path, port: int) -> None:
    """Leaves a system that `up` starts. The keys may be newer than the data, and should be. Raises NotPossible.

    A restore that breaks off leaves a folder that must be removed before the next: it never goes on half way.
    """
    _only_into_nothing(state)
    progress = Progress()
    with progress.step("backup is whole"):
        check_part(data, DATA)
        check_part(keys, KEYS)
    state.prepare()
    _bring_back_keys(state, keys)
    # The keys are there already: what makes missing ones has nothing to do.
    system = System(state, port, progress, steps=tuple(step for step in STEPS if "make-keys" not in step.command))
    try:
        system.start_servers()
        _bring_back_data(system.access(), data, progress)
        system.run_steps()
        for each in LISTS:
            with progress.step(each.repeat):
                for process in each.repeated_by:
                    _carry_out(system, process, each.repeat, str((keys / each.file).absolute()))
        with progress.step("sessions end, events are told again"):
            _carry_out(system, "identity-api", "end-all-sessions")
            for database in DATABASES:
                _carry_out(system, f"{database.service}-api", "republish")
    finally:
        system.stop()


def _only_into_nothing(state: State) -> None:
    there = [name for name in ("postgres", "store", "keys", state.secrets.name) if (state.folder / name).exists()]
    if there:
        raise NotPossible(
            f"{state.folder} holds a system already: move it away, or give another folder in OURWATCH_HOME"
        )


def _bring_back_keys(state: State, keys: Path) -> None:
    shutil.copytree(keys / "keys", state.folder / "keys", dirs_exist_ok=True)
    shutil.copytree(keys / "trust", state.trust, dirs_exist_ok=True)
    shutil.copy2(keys / state.secrets.name, state.secrets)


def _bring_back_data(access: Access, data: Path, progress: Progress) -> None:
    for database in DATABASES:
        with progress.step(f"database {database.service}"):
            PostgresAdmin(**access.postgres).bring_back(database.service, data / f"{database.service}.dump")
    for bucket, given in access.stores.items():
        with progress.step(f"objects of {bucket}"):
            folder = data / "objects" / bucket
            asyncio.run(_bring_back_bucket(BlobStore(**given), folder, files_of(folder)))


async def _bring_back_bucket(store: BlobStore, folder: Path, files: Iterable[Path]) -> None:
    try:
        await bring_back_objects(store, folder, files)
    finally:
        await store.aclose()


def _carry_out(system: System, process: str, *arguments: str) -> None:
    code, said = system.command(process, *arguments, seconds=None)  # as many as there are
    if code != 0:
        reason = said.splitlines()[-1] if said else "no message"
        raise NotPossible(f"{process} could not {arguments[0]}: {reason}")
