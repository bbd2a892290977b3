"""Which ward a place is in, by boundaries that come and go."""

import asyncio
import json
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from groups.domain.area_files import NotAMap, read_areas
from groups.storage.tables.groups import Level
from shared.clock import now
from shared.testing.service import Ground

from services.groups.tests.conftest import BOROUGH, FORCE, WARD, World
from services.groups.tests.mapping import SIDE, SOUTH, WEST, Drawing, collection, inside, square

NEXT = "E05009333"
ELSEWHERE = "E05990001"


def named(content: str) -> str:
    """The file under the names that the wards have already."""
    return content.replace("Ward 36", "Whitechapel").replace("Ward 33", "Spitalfields & Banglatown")


async def ward_at(world: World, place: str) -> str | None:
    answer = await world.ask("GET", f"/areas/at?{place}")
    if answer.status_code == 404:
        assert answer.json()["code"] == "groups.outside_all_areas"
        return None
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["code"]
    return found


async def test_a_place_is_in_one_ward_also_on_the_edge(world: World, drawing: Drawing) -> None:
    await drawing.bring_in(named(collection(**{WARD: square(0), NEXT: square(1)})), BOROUGH)
    assert await ward_at(world, inside(0)) == WARD
    assert await ward_at(world, inside(1)) == NEXT
    assert await ward_at(world, inside(2)) is None
    for latitude in (SOUTH, SOUTH + SIDE / 3, SOUTH + SIDE):
        # On the line between the two it is always the same one.
        assert await ward_at(world, f"lat={latitude:.7f}&lon={WEST + SIDE:.7f}") == NEXT
    answer = (await world.ask("GET", f"/areas/at?{inside(0)}")).json()
    assert answer == {"code": WARD, "name": "Whitechapel", "level": "ward", "parent": BOROUGH}


async def test_a_place_that_is_none_is_refused(world: World) -> None:
    for place in ("lat=91&lon=0", "lat=nan&lon=0", "lat=1&lon=inf", "lat=51.5", "lat=x&lon=y"):
        assert (await world.ask("GET", f"/areas/at?{place}")).status_code == 422


async def test_the_place_is_in_no_log(world: World, drawing: Drawing, caplog: pytest.LogCaptureFixture) -> None:
    await drawing.bring_in(named(collection(**{WARD: square(0)})), BOROUGH)
    with caplog.at_level(logging.DEBUG):
        assert await ward_at(world, "lat=51.5123456&lon=-0.0543210") == WARD
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert "51.5123" not in "\n".join(ours)


async def test_bringing_in_again_changes_nothing_and_a_new_shape_is_a_new_version(
    world: World, drawing: Drawing
) -> None:
    once = named(collection(**{WARD: square(0), ELSEWHERE: square(5)}))
    done = await drawing.bring_in(once, BOROUGH)
    assert (done.added, done.redrawn, done.unchanged) == (1, 1, 0)
    again = await drawing.bring_in(once, BOROUGH)
    assert (again.added, again.redrawn, again.unchanged) == (0, 0, 2)
    moved = named(collection(**{WARD: square(1), ELSEWHERE: square(5)}))
    done = await drawing.bring_in(moved, BOROUGH)
    assert (done.added, done.redrawn, done.unchanged) == (0, 1, 1)
    assert await ward_at(world, inside(0)) is None
    assert await ward_at(world, inside(1)) == WARD


async def test_a_boundary_holds_from_its_first_day(world: World, drawing: Drawing) -> None:
    await drawing.bring_in(named(collection(**{WARD: square(0)})), BOROUGH)
    later = now().date() + timedelta(days=30)
    await drawing.bring_in(named(collection(**{WARD: square(1)})), BOROUGH, from_date=later)
    assert await ward_at(world, inside(0)) == WARD
    assert await ward_at(world, inside(1)) is None
    with pytest.raises(NotAMap, match="begins later"):
        await drawing.bring_in(named(collection(**{WARD: square(2)})), BOROUGH)


async def test_a_complete_map_ends_the_wards_that_it_lacks(world: World, drawing: Drawing) -> None:
    await drawing.bring_in(named(collection(**{WARD: square(0), NEXT: square(1)})), BOROUGH)
    await drawing.bring_in(named(collection(**{WARD: square(0, size=2)})), BOROUGH)
    assert await ward_at(world, inside(1)) == NEXT
    done = await drawing.bring_in(named(collection(**{WARD: square(0, size=2)})), BOROUGH, is_complete=True)
    assert done.ended == 1
    assert await ward_at(world, inside(1)) == WARD


async def test_the_same_map_brought_in_by_many_at_once_is_there_once(world: World, drawing: Drawing) -> None:
    content = named(collection(**{WARD: square(0), ELSEWHERE: square(1)}))
    done = await asyncio.gather(*(drawing.bring_in(content, BOROUGH) for _ in range(5)))
    assert sorted(each.added for each in done) == [0, 0, 0, 0, 1]
    assert sorted(each.redrawn for each in done) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("no map", "no GeoJSON"),
        ("{}", "no GeoJSON"),
        ('{"features": []}', "holds no area"),
        (collection(Whitechapel=square(0)), "no GSS code"),
        (collection(E05009336=[[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]), "E05009336 Ward 36: its rings cross"),
        (collection(E05009336=[[[530000, 180000], [0, 0], [4, 0], [0, 4]]]), "not on earth"),
        (collection(E05009336=[[["x", "y"]]]), "no positions"),
        (collection(E05009336=[[0]]), "no positions"),
        (collection(E05009336=square(0)).replace("Polygon", "Point"), "drawn as Point"),
        (collection(E05009336=square(0)).replace("Ward 36", " "), "no name"),
    ],
)
def test_a_file_that_is_no_map_is_refused_in_plain_words(content: str, why: str) -> None:
    with pytest.raises(NotAMap, match=why):
        read_areas(content, code_property="CD", name_property="NM")


async def test_no_map_moves_an_area_to_another_jurisdiction(world: World, drawing: Drawing) -> None:
    """P5: who lies in whom is decided by nobody's drawing."""
    await drawing.bring_in(collection(E09990001=square(0)), FORCE, Level.BOROUGH)
    for parent, level, why in (
        ("E09990001", Level.WARD, "known as a ward in E09000030"),
        (FORCE, Level.BOROUGH, "known as a ward"),
        (FORCE, Level.WARD, "A ward lies in a borough"),
        (None, Level.WARD, "A ward lies in a borough"),
        ("E09990009", Level.WARD, "no such area"),
    ):
        with pytest.raises(NotAMap, match=why):
            await drawing.bring_in(named(collection(**{WARD: square(0)})), parent, level)


async def test_the_real_wards_of_2013_come_in_by_the_command(
    world: World, drawing: Drawing, ground: Ground, shared_data: Path
) -> None:
    file = shared_data / "tower-hamlets-wards.geojson"
    given = os.environ | ground.environment | {"GROUPS_OWNER_DATABASE_URL": ground.owner_database_url}
    asked = ["--parent", BOROUGH, "--code-property", "WD13CD", "--name-property", "WD13NM"]
    said = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "groups", "import-areas", str(file), *asked, env=given, stdout=asyncio.subprocess.PIPE
        )
        said.append((await process.communicate())[0].decode())
        assert process.returncode == 0
    assert said[0].startswith("17 areas are new, 0 drawn anew, 0 as they were"), said
    assert said[1].startswith("0 areas are new, 0 drawn anew, 17 as they were"), said
    assert await ward_at(world, "lat=51.5165&lon=-0.0590") == "E05000589"  # the middle of Whitechapel
    assert await ward_at(world, "lat=51.5080&lon=-0.1281") is None  # Trafalgar Square
    for feature in json.loads(file.read_text())["features"]:
        for longitude, latitude in feature["geometry"]["coordinates"][0]:
            assert await ward_at(world, f"lat={latitude!r}&lon={longitude!r}") is not None
