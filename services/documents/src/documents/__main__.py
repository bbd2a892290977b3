"""`python -m documents api | worker | keys | migrate | make-keys | republish`."""

import argparse
import asyncio
from collections.abc import Callable

import uvloop
from shared.db.migrate import migrate
from shared.logging import configure
from shared.running import observe, serve

from documents.app import create_app
from documents.bootstrap import SERVICE, open_resources
from documents.keys.app import create_keys_app
from documents.keys.root_keys import make_root_key
from documents.keys.settings import KeyFolderSettings, KeysSettings
from documents.settings import DocumentsMigrationSettings, DocumentsSettings
from documents.storage.tables import RIGHTS
from documents.use_cases.republish import republish
from documents.worker import run_worker


def api() -> None:
    settings = DocumentsSettings()
    serve(create_app(settings), settings, SERVICE)


def worker() -> None:
    settings = DocumentsSettings()
    observe(settings, "documents-worker")
    uvloop.run(run_worker(settings))


def keys() -> None:
    settings = KeysSettings()
    serve(create_keys_app(settings), settings, "documents-keys")


def run_migrations() -> None:
    migrate(DocumentsMigrationSettings().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_keys() -> None:
    make_root_key(KeyFolderSettings().key_folder)


def tell_again() -> None:
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
    "republish": tell_again,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m documents")
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    main()
