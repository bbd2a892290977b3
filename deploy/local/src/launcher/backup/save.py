"""Writes a backup of the running system: data into one folder, keys and what must stay gone into another."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from shared.blobs.store import BlobStore
from shared.servers.postgres_admin import PostgresAdmin

from launcher.backup.access import Access
from launcher.backup.lists import LISTS
from launcher.backup.objects import save_objects
from launcher.backup.parts import new_part
from launcher.errors import NotPossible
from launcher.processes import DATABASES
from launcher.progress import Progress
from launcher.state import State

DATA, KEYS = "data", "keys"


def save(state: State, access: Access, ask: Callable[[str, list[str]], None], data: Path, keys: Path) -> None:
    """Both parts, each whole or absent. `ask` has a process carry out one of its commands. Raises NotPossible.

    Databases come before objects, so that what a database knows of is in the copy; keys and lists come last.
    """
    _keep_apart(state.folder, data, keys)
    progress = Progress()
    with new_part(data, DATA) as folder:
        for database in DATABASES:
            with progress.step(f"database {database.service}"):
                PostgresAdmin(**access.postgres).back_up(database.service, folder / f"{database.service}.dump")
        for bucket, given in access.stores.items():
            with progress.step(f"objects of {bucket}"):
                (folder / "objects" / bucket).mkdir(parents=True)
                asyncio.run(_save_bucket(BlobStore(**given), folder / "objects" / bucket))
    with new_part(keys, KEYS) as folder, progress.step("keys, secrets and lists"):
        shutil.copytree(state.folder / "keys", folder / "keys")
        shutil.copytree(state.trust, folder / "trust")
        shutil.copy2(state.secrets, folder / state.secrets.name)
        for each in LISTS:
            ask(each.written_by, [each.by, str(folder / each.file)])


async def _save_bucket(store: BlobStore, folder: Path) -> None:
    try:
        await save_objects(store, folder)
    finally:
        await store.aclose()


def _keep_apart(home: Path, data: Path, keys: Path) -> None:
    for one, other in ((data, keys), (keys, data), (data, home), (keys, home)):
        if one == other or one.is_relative_to(other):
            raise NotPossible(f"{one} lies in {other}: data, keys and the running system are kept apart")
