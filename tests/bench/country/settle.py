"""Fills a database of groups by COPY, and has it looked through as it would have been by itself with time."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
from groups.storage.tables.audit import AUDITED
from shared.clock import now
from sqlalchemy import make_url

from tests.bench.country import people, places
from tests.bench.country.places import Ward

Tell = Callable[[str], None]

_COLUMNS = {
    "areas": "code name level parent",
    "area_boundaries": "code version from_date polygons west south east north latitude longitude",
    "groups": "id kind name purpose visibility area state founded_at version who_sees_members",
    "memberships": "id group_id person_id state since version",
    "terms": "id group_id person_id office since until last_seen_on shown_factor_at version",
    "group_changes": "id group_id what changed_at",
    "marking_entries": "number marking_id entry group_id subject_kind subject_id authority organisation_id staff_id"
    " entered_at expires_at declared_membership about_seal marker_seal digest previous_hash hash",
}
_EVERYBODY_IS_KNOWN = """
    INSERT INTO known_people (id, display_name, state, version)
    SELECT person_id, 'Resident ' || row_number() OVER (), 'active', 1 FROM memberships ON CONFLICT DO NOTHING"""


@asynccontextmanager
async def _unaudited(connection: asyncpg.Connection, table: str) -> AsyncIterator[None]:
    """The audit is of what happens in a country, and not of its making."""
    for switch in ("DISABLE", "ENABLE"):
        if table in AUDITED:
            await connection.execute(f"ALTER TABLE {table} {switch} TRIGGER audit")
        if switch == "DISABLE":
            yield


async def settle(owner_url: str, wards: range, tell: Tell = lambda _: None) -> None:
    """Brings the wards of these numbers in, with all that is in them. `tell` hears of each table."""
    moment, chosen = now(), [Ward(number) for number in wards]
    connection = await asyncpg.connect(make_url(owner_url).set(drivername="postgresql").render_as_string(False))
    try:
        first = 1 + (await connection.fetchval("SELECT max(number) FROM marking_entries") or 0)
        known = {row["code"] for row in await connection.fetch("SELECT code FROM areas")}
        groups = people.found(chosen)
        filling = {
            "areas": (row for row in places.area_rows(chosen) if row[0] not in known),
            "area_boundaries": places.boundary_rows(chosen),
            "groups": people.group_rows(groups, moment),
            "memberships": people.member_rows(groups, moment),
            "terms": people.term_rows(groups, moment),
            "group_changes": people.change_rows(groups, moment),
            "marking_entries": people.marking_rows(groups, first, moment),
        }
        for table, rows in filling.items():
            began = time.perf_counter()
            columns = _COLUMNS[table].split()
            async with _unaudited(connection, table):
                told = await connection.copy_records_to_table(table, records=rows, columns=columns)
            tell(f"{told.removeprefix('COPY ')} {table} in {time.perf_counter() - began:.1f} s")
        await connection.execute(_EVERYBODY_IS_KNOWN)
        await connection.execute(f"VACUUM (ANALYZE) known_people, {', '.join(filling)}")
    finally:
        await connection.close()
