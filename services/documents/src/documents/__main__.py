"""`python -m documents …`: the processes of documents, and what is done before they start."""

import argparse
from collections.abc import Callable

import uvloop
from shared.bus.serving import run_until_stopped
from shared.db.migrate import migrate
from shared.http.server import make_server
from shared.logging import configure
from shared.metrics import serve_metrics

from documents.app import create_app
from documents.bootstrap import SERVICE, open_resources
from documents.keys.app import create_keys_app
from documents.keys.root_keys import make_root_key
from documents.keys.settings import KeyFolderSettings, KeysSettings
from documents.settings import DocumentsMigrationSettings, DocumentsSettings
from documents.storage.tables import RIGHTS
from documents.use_cases.republish import republish as tell_again
from documents.worker import run_worker, working_parts


def main() -> None:
    """Runs the command that is named."""
    parser = argparse.ArgumentParser(prog="documents")
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()


def api() -> None:
    settings = _settings()
    make_server(create_app(settings), settings.host, settings.port).run()


def worker() -> None:
    uvloop.run(run_worker(_settings()))


def serve() -> None:
    uvloop.run(_serve(_settings()))


def keys() -> None:
    settings = KeysSettings()
    configure("documents-keys", settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)
    make_server(create_keys_app(settings), settings.host, settings.port).run()


def migrate_schema() -> None:
    migrate(DocumentsMigrationSettings().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_keys() -> None:
    make_root_key(KeyFolderSettings().key_folder)


def republish() -> None:
    uvloop.run(_republish(_settings()))


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "serve": serve,
    "keys": keys,
    "migrate": migrate_schema,
    "make-keys": make_keys,
    "republish": republish,
}


async def _serve(settings: DocumentsSettings) -> None:
    async with open_resources(settings) as resources:
        server = make_server(create_app(settings), settings.host, settings.port)
        await run_until_stopped(*working_parts(resources), server.serve())


async def _republish(settings: DocumentsSettings) -> None:
    async with open_resources(settings) as resources:
        print(f"{await tell_again(resources.unit_of_work)} releases told again")


def _settings() -> DocumentsSettings:
    settings = DocumentsSettings()
    configure(SERVICE, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)
    return settings


if __name__ == "__main__":
    main()
