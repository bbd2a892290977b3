"""`python -m identity api | worker | migrate | make-keys | republish`, and the operator's commands below."""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.clock import now
from shared.loading import loading

from identity.settings import SERVICE, KeyFolders, Migration, Settings


# Each imports what it needs and no more: a step or a command that ends in a second loads no web server.
def api() -> None:
    with loading():
        from shared.running import serve

        from identity.app import create_app

        settings = Settings()
        app = create_app(settings)
    serve(app, settings, SERVICE)


def worker() -> None:
    with loading():
        import uvloop
        from shared.running import observe

        from identity.worker import run_worker

        settings = Settings()
    observe(settings, "identity-worker")
    uvloop.run(run_worker(settings))


def run_migrations() -> None:
    with loading():
        from shared.db.migrate import migrate

        from identity.storage.tables import RIGHTS

    migrate(Migration().owner_database_url.get_secret_value(), SERVICE, RIGHTS)


def make_key_files() -> None:
    from identity.keyring import make_keys

    folders = KeyFolders()
    make_keys(folders.key_folder, folders.trust_folder)


def rotate_keys(*, retire: bool, leaked: bool) -> None:
    """Says what was done and when to come back; ends with 1 where it is too early."""
    from identity.key_rotation import TooEarly, begin_rotation, finish_rotation, replace_leaked_key

    folders = KeyFolders()
    key_folder, trust_folder = folders.key_folder, folders.trust_folder
    try:
        if leaked:
            replace_leaked_key(key_folder, trust_folder, now())
            print("A new key signs; every access token of before is worthless.")
        elif retire:
            finished = finish_rotation(key_folder, trust_folder, now())
            print("The old key is destroyed." if finished else "No rotation is under way.")
        else:
            signs_from = begin_rotation(key_folder, trust_folder, now())
            print(f"The new key is published and signs from {signs_from.isoformat(timespec='seconds')}.")
    except TooEarly as error:
        raise SystemExit(f"Too early: {error}.") from error


def tell_again() -> None:
    from shared.logging import configure

    from identity.bootstrap import open_resources
    from identity.use_cases.republish import republish

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work(), resources.keyring)

    asyncio.run(tell())


def make_administrator(email: str, display_name: str) -> None:
    """Prints the one-time link that opens the account, and nothing else."""
    from shared.logging import configure

    from identity.bootstrap import open_resources
    from identity.use_cases.create_administrator import create_administrator

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def make() -> str:
        async with open_resources(settings) as resources:
            unit = resources.unit_of_work()
            return await create_administrator(unit, email=email, display_name=display_name, now=now())

    print(f"{settings.public_url}/staff-invitations/accept?secret={asyncio.run(make())}")


def list_erased(file: Path) -> None:
    """Writes who was erased to a new file, to be kept apart from backups."""
    from shared.erased_people import ErasedPerson, write_erased
    from shared.logging import configure

    from identity.bootstrap import open_resources
    from identity.use_cases.repeat_erasures import list_erasures

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def all_of_them() -> Sequence[ErasedPerson]:
        async with open_resources(settings) as resources:
            return await list_erasures(resources.unit_of_work())

    write_erased(file, asyncio.run(all_of_them()))


def erase_again(file: Path) -> None:
    """Erases again whom that file names: after a restore, before anything is served."""
    from shared.erased_people import read_erased
    from shared.logging import configure

    from identity.bootstrap import open_resources
    from identity.use_cases.repeat_erasures import repeat_erasures

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def erase() -> int:
        async with open_resources(settings) as resources:
            return await repeat_erasures(resources.unit_of_work, resources.keyring, read_erased(file), now())

    print(f"{asyncio.run(erase())} people were known again and are erased.")


def end_sessions() -> None:
    from shared.logging import configure

    from identity.bootstrap import open_resources
    from identity.use_cases.end_all_sessions import end_all_sessions

    settings = Settings()
    configure(SERVICE, settings.log_level)

    async def end() -> None:
        async with open_resources(settings) as resources:
            await end_all_sessions(resources.unit_of_work(), now())

    asyncio.run(end())


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "migrate": run_migrations,
    "make-keys": make_key_files,
    "republish": tell_again,
    "end-all-sessions": end_sessions,
}


def _address(text: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from identity.api.fields import Email

    try:
        return TypeAdapter(Email).validate_python(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError("that is not an e-mail address") from error


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m identity")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        commands.add_parser(command)
    administrator = commands.add_parser("create-administrator")
    administrator.add_argument("email", type=_address)
    administrator.add_argument("display_name")
    for name in ("list-erasures", "repeat-erasures"):
        commands.add_parser(name).add_argument("file", type=Path)
    rotation = commands.add_parser("rotate-keys")
    which = rotation.add_mutually_exclusive_group()
    which.add_argument("--retire", action="store_true", help="destroy the old key once its last token has died")
    which.add_argument("--leaked", action="store_true", help="replace the key at once; all access tokens die")
    arguments = parser.parse_args()
    if arguments.command == "rotate-keys":
        rotate_keys(retire=arguments.retire, leaked=arguments.leaked)
    elif arguments.command == "create-administrator":
        make_administrator(arguments.email, arguments.display_name)
    elif arguments.command == "list-erasures":
        list_erased(arguments.file)
    elif arguments.command == "repeat-erasures":
        erase_again(arguments.file)
    else:
        COMMANDS[arguments.command]()


if __name__ == "__main__":
    main()
