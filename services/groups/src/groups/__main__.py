"""`python -m groups api | worker | sign | migrate | make-keys | republish`, and what lies in `commands`."""

import argparse
import asyncio
import sys
from collections.abc import Callable

from shared.loading import loading

from groups.settings import KeySettings, Migration, Settings, SignSettings


# Each imports what it needs and no more: a step or a command that ends in a second loads no web server.
def api() -> None:
    with loading():
        from shared.running import serve

        from groups.app import create_app

        settings = Settings()
        app = create_app(settings)
    serve(app, settings, "groups")


def worker() -> None:
    with loading():
        import uvloop
        from shared.running import observe

        from groups.worker import run_worker

        settings = Settings()
    observe(settings, "groups-worker")
    uvloop.run(run_worker(settings))


def sign() -> None:
    with loading():
        from shared.running import serve

        from groups.sign.app import create_sign_app

        settings = SignSettings()
        app = create_sign_app(settings)
    serve(app, settings, "groups-sign")


def run_migrations() -> None:
    with loading():
        from shared.db.migrate import migrate

        from groups.storage.tables import RIGHTS

    migrate(Migration().owner_database_url.get_secret_value(), "groups", RIGHTS)


def make_keys() -> None:
    """Makes what is missing of the keys whose folders are given."""
    from shared.auth.keyfiles import make_signing_key
    from shared.auth.passes import ISSUER

    from groups.sign.sealing import make_seal

    settings = KeySettings()
    if settings.key_folder is not None:
        make_signing_key(settings.key_folder, settings.trust_folder, ISSUER)
    if settings.sign_key_folder is not None:
        make_seal(settings.sign_key_folder)


def tell_again() -> None:
    from shared.logging import configure

    from groups.bootstrap import open_resources
    from groups.use_cases.republish import republish

    settings = Settings()
    configure("groups", settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work())

    asyncio.run(tell())


RUNS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "sign": sign,
    "migrate": run_migrations,
    "make-keys": make_keys,
    "republish": tell_again,
}


def main() -> None:
    # What runs at every start is not kept waiting by the operator's commands.
    if len(sys.argv) == 2 and sys.argv[1] in RUNS:
        RUNS[sys.argv[1]]()
        return
    from groups.commands import areas, erasures, logs

    parser = argparse.ArgumentParser(prog="python -m groups")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in RUNS:
        commands.add_parser(name)
    for module in (logs, areas, erasures):
        module.add_to(commands)
    given = parser.parse_args()
    if given.command in RUNS:
        RUNS[given.command]()
        return
    sys.exit(given.run(given))


if __name__ == "__main__":
    main()
