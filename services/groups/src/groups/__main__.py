"""`python -m groups api | worker | sign | migrate | make-keys | republish | verify-log | import-areas`."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import uvloop
from shared.auth.keyfiles import make_signing_key
from shared.auth.passes import ISSUER
from shared.clock import now
from shared.db.engine import make_engine, make_sessions
from shared.db.migrate import migrate
from shared.db.unit_of_work import UnitOfWork
from shared.logging import configure
from shared.running import observe, serve

from groups.app import create_app
from groups.bootstrap import open_resources
from groups.domain.area_files import Drawn, NotAMap, read_areas
from groups.domain.exported_log import NotAnExport, Verdict, verify_export
from groups.settings import KeySettings, Migration, Settings, SignSettings
from groups.sign.app import create_sign_app
from groups.sign.sealing import make_seal
from groups.storage.tables import RIGHTS
from groups.storage.tables.groups import Level
from groups.use_cases.import_areas import Imported, import_areas
from groups.use_cases.republish import republish
from groups.use_cases.verify_log import verify_log
from groups.worker import run_worker


def api() -> None:
    settings = Settings()
    serve(create_app(settings), settings, "groups")


def worker() -> None:
    settings = Settings()
    observe(settings, "groups-worker")
    uvloop.run(run_worker(settings))


def sign() -> None:
    settings = SignSettings()
    serve(create_sign_app(settings), settings, "groups-sign")


def run_migrations() -> None:
    migrate(Migration().owner_database_url.get_secret_value(), "groups", RIGHTS)


def make_keys() -> None:
    """Makes what is missing of the keys whose folders are given."""
    settings = KeySettings()
    if settings.key_folder is not None:
        make_signing_key(settings.key_folder, settings.trust_folder, ISSUER)
    if settings.sign_key_folder is not None:
        make_seal(settings.sign_key_folder)


def tell_again() -> None:
    settings = Settings()
    configure("groups", settings.log_level)

    async def tell() -> None:
        async with open_resources(settings) as resources:
            await republish(resources.unit_of_work())

    asyncio.run(tell())


def verify_the_log(file: Path | None, keys: Path | None) -> Verdict:
    """The verdict on an exported log by the keys in a file, or on the database's own."""
    if file is not None and keys is not None:
        return verify_export(file.read_text().splitlines(), json.loads(keys.read_text()))
    settings = Settings()
    configure("groups", settings.log_level)

    async def verify() -> Verdict:
        async with open_resources(settings) as resources:
            return await verify_log(resources.unit_of_work())

    return asyncio.run(verify())


def print_verdict(verdict: Verdict) -> int:
    """The exit code: 0 where the log holds."""
    if verdict.broken is not None:
        print(f"The log breaks at entry {verdict.broken.number}: {verdict.broken.why}.")
        return 1
    print(f"The log holds: {verdict.entries} entries, the first {verdict.signed_until} of them under a signed head.")
    return 0


def bring_in(given: argparse.Namespace) -> int:
    """The exit code: 0 where the areas of the file are known and drawn afterwards as it says."""
    try:
        content = given.file.read_text(encoding="utf-8")
        drawn = read_areas(content, code_property=given.code_property, name_property=given.name_property)
        done = asyncio.run(_bring_in(drawn, given))
    except (OSError, UnicodeDecodeError) as error:
        print(f"{given.file} cannot be read ({type(error).__name__}).", file=sys.stderr)
        return 1
    except NotAMap as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{done.added} areas are new, {done.redrawn} drawn anew, {done.unchanged} as they were, {done.ended} ended.")
    return 0


async def _bring_in(drawn: list[Drawn], given: argparse.Namespace) -> Imported:
    # As the schema's owner: api and worker may change no area.
    engine = make_engine(Migration().owner_database_url, "groups-import-areas", pool_size=1)
    try:
        return await import_areas(
            UnitOfWork(make_sessions(engine), ISSUER),
            drawn,
            level=Level(given.level),
            parent=given.parent,
            from_date=given.from_date or now().date(),
            is_complete=given.complete,
        )
    finally:
        await engine.dispose()


COMMANDS: dict[str, Callable[[], None]] = {
    "api": api,
    "worker": worker,
    "sign": sign,
    "migrate": run_migrations,
    "make-keys": make_keys,
    "republish": tell_again,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m groups")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        commands.add_parser(name)
    verifying = commands.add_parser("verify-log", help="the database's log, or an exported one by the keys given")
    verifying.add_argument("file", type=Path, nargs="?", help="answers of GET /marking-log, one a line")
    verifying.add_argument("--keys", type=Path, help="the answer of GET /marking-keys")
    importing = commands.add_parser("import-areas", help="areas and their boundaries from GeoJSON in WGS 84")
    importing.add_argument("file", type=Path)
    importing.add_argument("--level", choices=[level.value for level in Level], default=Level.WARD.value)
    importing.add_argument("--parent", help="the code of the area in which all of them lie")
    importing.add_argument("--code-property", required=True, help="where each GSS code stands, such as WD13CD")
    importing.add_argument("--name-property", required=True, help="where each name stands, such as WD13NM")
    importing.add_argument(
        "--from", dest="from_date", type=date.fromisoformat, help="the first day; today if not given"
    )
    importing.add_argument("--complete", action="store_true", help="the parent's areas that the file lacks end")
    given = parser.parse_args()
    if given.command == "import-areas":
        sys.exit(bring_in(given))
    if given.command in COMMANDS:
        COMMANDS[given.command]()
        return
    if (given.file is None) != (given.keys is None):
        parser.error("a file is verified with keys: verify-log FILE --keys KEYS")
    try:
        sys.exit(print_verdict(verify_the_log(given.file, given.keys)))
    except NotAnExport:
        parser.error(f"{given.file} does not hold answers of GET /marking-log, one a line")


if __name__ == "__main__":
    main()
