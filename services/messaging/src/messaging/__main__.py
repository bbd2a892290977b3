"""`python -m messaging api | worker | serve | migrate | make-keys | republish`."""

import argparse
import asyncio
from collections.abc import Callable

from shared.bus.serving import run_until_stopped
from shared.db.migrate import migrate
from shared.http.server import make_server
from shared.logging import configure
from shared.metrics import serve_metrics

from messaging.app import create_app
from messaging.bootstrap import SERVICE, open_resources
from messaging.keyring import make_keys
from messaging.settings import KeyFolders, Migration, Settings
from messaging.storage.tables import RIGHTS
from messaging.use_cases.republish import republish
from messaging.worker import run_worker, working_parts


def _settings() -> Settings:
    settings = Settings()
    configure(SERVICE, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)
    return settings


def api() -> None:
    settings = _settings()
    asyncio.run(make_server(create_app(settings), settings.host, settings.port).serve())


def worker() -> None:
    asyncio.run(run_worker(_settings()))


def serve() -> None:
    """Api and worker in one process, for one machine."""
    settings = _settings()

    async def both() -> None:
        async with open_resources(settings) as resources:
            server = make_server(create_app(settings), settings.host, settings.port)
            await run_until_stopped(server.serve(), *working_parts(resources))

    asyncio.run(both())


def run_migrations() -> None:
    migrate(Migration().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_key_files() -> None:
    make_keys(KeyFolders().key_folder)


def tell_again() -> None:
    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work(), resources.keyring)

    asyncio.run(tell())


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "serve": serve,
    "migrate": run_migrations,
    "make-keys": make_key_files,
    "republish": tell_again,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m messaging")
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    main()
