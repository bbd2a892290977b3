"""`python -m messaging api | worker | bounces | migrate | make-keys | republish | fsck | repeat-erasures`."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from shared.loading import loading

from messaging.settings import SERVICE, BouncesSettings, KeyFolders, Migration, Settings


# Each imports what it needs and no more: a step or a command that ends in a second loads no web server.
def api() -> None:
    with loading():
        from shared.running import serve

        from messaging.app import create_app

        settings = Settings()
        app = create_app(settings)
    serve(app, settings, SERVICE)


def worker() -> None:
    with loading():
        import uvloop
        from shared.running import observe

        from messaging.worker import run_worker

        settings = Settings()
    observe(settings, "messaging-worker")
    uvloop.run(run_worker(settings))


def bounces() -> None:
    with loading():
        import uvloop
        from shared.running import observe

        from messaging.bounces import run_bounces

        settings = BouncesSettings()
    observe(settings, "messaging-bounces")
    uvloop.run(run_bounces(settings))


def run_migrations() -> None:
    with loading():
        from shared.db.migrate import migrate

        from messaging.storage.tables import RIGHTS

    migrate(Migration().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_key_files() -> None:
    from messaging.keyring import make_keys

    folders = KeyFolders()
    make_keys(folders.key_folder, folders.trust_folder)


def tell_again() -> None:
    from shared.logging import configure

    from messaging.bootstrap import open_resources
    from messaging.use_cases.republish import republish

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work(), resources.keyring)

    asyncio.run(tell())


def forget_again(file: Path) -> None:
    """Forgets again whom that file names: after a restore, before anything is served (P29)."""
    from shared.erased_people import read_erased
    from shared.logging import configure

    from messaging.bootstrap import open_resources
    from messaging.use_cases.forget_person import forget_person

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def forget() -> int:
        people = read_erased(file)
        async with open_resources(settings) as resources:
            for person in people:
                await forget_person(resources.unit_of_work(), person.person_id, person.version)
        return len(people)

    print(f"{asyncio.run(forget())} people are forgotten.")


def look_through() -> None:
    """Prints what is missing, orphaned or does not open; ends with 3 where there is something, as no fault does."""
    from shared.logging import configure

    from messaging.bootstrap import open_resources
    from messaging.use_cases.fsck import fsck

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def look() -> int:
        found = 0
        async with open_resources(settings) as resources:
            async for line in fsck(resources.unit_of_work, resources.keyring, resources.store):
                print(line, flush=True)
                found += 1
        return found

    sys.exit(3 if asyncio.run(look()) else 0)


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "bounces": bounces,
    "migrate": run_migrations,
    "make-keys": make_key_files,
    "republish": tell_again,
    "fsck": look_through,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m messaging")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        commands.add_parser(name)
    commands.add_parser("repeat-erasures").add_argument("file", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "repeat-erasures":
        forget_again(arguments.file)
    else:
        COMMANDS[arguments.command]()


if __name__ == "__main__":
    main()
