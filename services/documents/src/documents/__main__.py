"""`python -m documents api | worker | keys | migrate | make-keys | republish`, and what an operator does with keys."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from shared.loading import loading

from documents.keys.settings import KeyFolderSettings, KeysSettings
from documents.settings import SERVICE, DocumentsKeyFolders, DocumentsMigrationSettings, DocumentsSettings

if TYPE_CHECKING:
    from documents.keys.bootstrap import KeyResources


# Each imports what it needs and no more: a step or a command that ends in a second loads no web server.
def api() -> None:
    with loading():
        from shared.running import serve

        from documents.app import create_app

        settings = DocumentsSettings()
        app = create_app(settings)
    serve(app, settings, SERVICE)


def worker() -> None:
    with loading():
        import uvloop
        from shared.running import observe

        from documents.worker import run_worker

        settings = DocumentsSettings()
    observe(settings, "documents-worker")
    uvloop.run(run_worker(settings))


def keys() -> None:
    with loading():
        from shared.running import serve

        from documents.keys.app import create_keys_app

        settings = KeysSettings()
        app = create_keys_app(settings)
    serve(app, settings, "documents-keys")


def run_migrations() -> None:
    with loading():
        from shared.db.migrate import migrate

        from documents.storage.tables import RIGHTS

    migrate(DocumentsMigrationSettings().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_keys() -> None:
    from shared.auth.internal import key_name
    from shared.auth.keyfiles import make_signing_key

    from documents.keys.root_keys import make_root_key
    from documents.storage.key_messages import DOCUMENTS, KEYS

    make_root_key(KeyFolderSettings().key_folder)
    own = DocumentsKeyFolders()
    make_signing_key(own.key_folder, own.trust_folder, key_name(KEYS, DOCUMENTS))


def make_next_root_key() -> None:
    from documents.keys.root_keys import add_root_key

    print(f"root-{add_root_key(KeyFolderSettings().key_folder)}.key")


def rotate_group_keys(group_ids: list[UUID]) -> None:
    from documents.keys.rotation import rotate_at_once

    async def rotate(resources: "KeyResources") -> str:
        rotated = await rotate_at_once(resources, group_ids)
        told = f"groups with a new key: {rotated.begun}"
        if rotated.failed:
            raise SystemExit(f"{told}; to be done again: {' '.join(map(str, rotated.failed))}")
        return told

    _with_keys(rotate)


def rewrap_all() -> None:
    from documents.keys.root_rotation import rewrap_group_keys

    async def rewrap(resources: "KeyResources") -> str:
        done = await rewrap_group_keys(resources)
        unneeded = ", ".join(map(str, done.unneeded)) or "none"
        return f"{done.rewrapped} group keys wrapped anew; root versions no longer needed: {unneeded}"

    _with_keys(rewrap)


def _with_keys(work: "Callable[[KeyResources], Awaitable[str]]") -> None:
    from shared.logging import configure

    from documents.keys.bootstrap import open_key_resources

    settings = KeysSettings()
    configure("documents-keys", settings.log_level)

    async def run() -> str:
        async with open_key_resources(settings) as resources:
            return await work(resources)

    print(asyncio.run(run()))


FOUND = 3
"""The exit code of fsck where it found something: no fault ends so."""


def look_through(group_ids: list[UUID]) -> None:
    from shared.clock import now
    from shared.logging import configure

    from documents.bootstrap import open_resources
    from documents.commands.fsck import fsck
    from documents.keys.bootstrap import open_key_resources

    settings, key_settings = DocumentsSettings(), KeysSettings()
    configure("documents-fsck", settings.log_level)

    async def look() -> int:
        found = 0
        async with open_resources(settings) as resources, open_key_resources(key_settings) as keys:
            async for finding in fsck(resources, keys, now(), group_ids):
                print(finding, flush=True)
                found += 1
        return found

    sys.exit(FOUND if asyncio.run(look()) else 0)


def list_destroyed_keys(file: Path) -> None:
    """Writes which keys were destroyed to a new file, to be kept apart from backups."""
    from documents.commands.destroyed_keys import list_destroyed, write_destroyed

    async def write(resources: "KeyResources") -> str:
        gone = await list_destroyed(resources)
        write_destroyed(file, gone)
        return f"{len(gone)} keys were destroyed."

    _with_keys(write)


def destroy_again(file: Path) -> None:
    """Destroys again which keys that file names: after a restore, before anything is served."""
    from documents.bootstrap import open_resources
    from documents.commands.destroyed_keys import read_destroyed, repeat_destructions

    settings, gone = DocumentsSettings(), read_destroyed(file)

    async def destroy(keys: "KeyResources") -> str:
        async with open_resources(settings) as resources:
            return f"{await repeat_destructions(resources, keys, gone)} documents came back and lost their keys again."

    _with_keys(destroy)


def tell_again() -> None:
    from shared.logging import configure

    from documents.bootstrap import open_resources
    from documents.use_cases.republish import republish

    settings = DocumentsSettings()
    configure(SERVICE, settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work)

    asyncio.run(tell())


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "keys": keys,
    "migrate": run_migrations,
    "make-keys": make_keys,
    "make-root-key": make_next_root_key,
    "rewrap-group-keys": rewrap_all,
    "republish": tell_again,
}

OF_GROUPS: dict[str, Callable[[list[UUID]], None]] = {
    "rotate-group-keys": rotate_group_keys,
    "fsck": look_through,
}
"""For the groups that are named, or for all."""


OF_A_FILE: dict[str, Callable[[Path], None]] = {
    "list-destroyed-keys": list_destroyed_keys,
    "repeat-destructions": destroy_again,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m documents")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        commands.add_parser(name)
    for name in OF_GROUPS:
        commands.add_parser(name).add_argument("group_ids", metavar="GROUP_ID", type=UUID, nargs="*")
    for name in OF_A_FILE:
        commands.add_parser(name).add_argument("file", type=Path)
    asked = parser.parse_args()
    if asked.command in OF_GROUPS:
        OF_GROUPS[asked.command](asked.group_ids)
    elif asked.command in OF_A_FILE:
        OF_A_FILE[asked.command](asked.file)
    else:
        COMMANDS[asked.command]()


if __name__ == "__main__":
    main()
