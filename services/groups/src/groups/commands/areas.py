"""`import-areas`: areas and their boundaries from a GeoJSON file."""

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from shared.auth.passes import ISSUER
from shared.clock import now
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import UnitOfWork

from groups.domain.area_files import Drawn, NotAMap, read_areas
from groups.settings import Migration
from groups.storage.tables.groups import Level
from groups.use_cases.import_areas import Imported, import_areas


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("import-areas", help="areas and their boundaries from GeoJSON in WGS 84")
    parser.add_argument("file", type=Path)
    parser.add_argument("--level", choices=[level.value for level in Level], default=Level.WARD.value)
    parser.add_argument("--parent", help="the code of the area in which all of them lie")
    parser.add_argument("--code-property", required=True, help="where each GSS code stands, such as WD13CD")
    parser.add_argument("--name-property", required=True, help="where each name stands, such as WD13NM")
    parser.add_argument("--from", dest="from_date", type=date.fromisoformat, help="the first day; today if not given")
    parser.add_argument("--complete", action="store_true", help="the parent's areas that the file lacks end")
    parser.set_defaults(run=_bring_areas_in)


def _bring_areas_in(given: argparse.Namespace) -> int:
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
