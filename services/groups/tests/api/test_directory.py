"""The public directory: what is listed, how it is searched, and what it costs."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote
from uuid import UUID, uuid4

from groups.bootstrap import Resources
from groups.domain.distances import Place
from groups.storage.directory import Wanted
from groups.use_cases.list_groups import list_directory, list_nearest
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import event, text

from services.groups.tests.conftest import BOROUGH, WARD, World
from services.groups.tests.mapping import Drawing, collection, inside, square

NEXT, THIRD = "E05009333", "E05009331"
NAMES = {WARD: "Whitechapel", NEXT: "Spitalfields & Banglatown", THIRD: "Bethnal Green West"}


async def listed(
    world: World, chair: Principal, name: str, area: str = WARD, kind: str = "community_group", *, marked: bool = True
) -> UUID:
    """A visible group of that name."""
    group = await world.group(chair, kind=kind, visibility="visible", area=area)
    assert (await world.ask("PATCH", f"/groups/{group}", chair, {"name": name})).status_code == 200
    if marked:
        assert (await world.mark(await world.police(), group)).status_code == 201
    return group


async def found(world: World, query: str) -> list[UUID]:
    answer = await world.ask("GET", f"/directory?limit=100&{query}")
    assert answer.status_code == 200, answer.text
    return [UUID(each["id"]) for each in answer.json()["groups"]]


def unheard_of() -> str:
    """A word that no other test uses."""
    return f"q{uuid4().hex[:10]}"


async def test_a_name_is_found_by_the_beginnings_of_its_words(world: World, chair: Principal) -> None:
    word = unheard_of()
    group = await listed(world, chair, f"St Katharine's-{word.upper()} Café É3")
    for asked in (word, word[:6], f"café {word}", f"{word} kath", f"É3 & {word}", f"st-{word}", f"CAFÉ'S {word}"):
        assert await found(world, f"name={quote(asked)}") == [group], asked
    for asked in (word[1:], f"{word}x", f"{word} bow", "!!", f"{word} | x", "':*", "\\", "%25"):
        assert group not in await found(world, f"name={quote(asked)}"), asked


async def test_kind_area_and_name_narrow_together(world: World, chair: Principal) -> None:
    word = unheard_of()
    panel = await listed(world, chair, f"Panel {word}", kind="ward_panel")
    scheme = await listed(world, chair, f"Scheme {word}", NEXT, "neighbourhood_watch")
    assert await found(world, f"name={word}") == [panel, scheme]
    assert await found(world, f"name={word}&kind=ward_panel") == [panel]
    assert await found(world, f"name={word}&area={NEXT}") == [scheme]
    assert await found(world, f"name={word}&area={BOROUGH}") == [panel, scheme]
    assert await found(world, f"name={word}&area={NEXT}&kind=ward_panel") == []


async def test_only_visible_and_marked_groups_are_found_by_any_way_of_asking(
    world: World, chair: Principal, drawing: Drawing
) -> None:
    """P11, P14."""
    await drawing.bring_in(collection(**{WARD: square(0)}).replace("Ward 36", NAMES[WARD]), BOROUGH)
    word, police = unheard_of(), await world.police()
    unmarked = await listed(world, chair, f"A {word}", marked=False)
    hidden, archived = [await listed(world, chair, f"{n} {word}") for n in "BC"]
    withdrawn = await listed(world, chair, f"D {word}", marked=False)
    assert (await world.mark(police, withdrawn)).status_code == 201
    await world.ask("PATCH", f"/groups/{hidden}", chair, {"visibility": "hidden"})
    assert (await world.withdraw(police, withdrawn)).status_code == 200
    assert (await world.ask("POST", f"/groups/{archived}/archive", chair)).status_code == 200
    for query in (f"name={word}", f"name={word}&kind=community_group", f"name={word}&area={WARD}"):
        assert await found(world, query) == []
    near = inside(0).replace("lat=", "").replace("&lon=", ",")
    assert not {unmarked, hidden, withdrawn, archived} & set(await found(world, f"near={near}"))


async def three_wards(world: World, drawing: Drawing, chair: Principal, word: str) -> dict[str, list[UUID]]:
    content = collection(**{WARD: square(0), NEXT: square(1), THIRD: square(10)})
    for code, name in NAMES.items():
        content = content.replace(f"Ward {code[-2:]}", name)
    await drawing.bring_in(content, BOROUGH)
    return {area: [await listed(world, chair, f"{word} {n}", area) for n in range(3)] for area in (THIRD, NEXT, WARD)}


async def test_the_nearest_wards_come_first_and_far_ones_not_at_all(
    world: World, chair: Principal, drawing: Drawing
) -> None:
    word = unheard_of()
    made = await three_wards(world, drawing, chair, word)
    here, there = "51.515,-0.055", "51.515,-0.041"  # the middle of the first square, and east of the second
    assert await found(world, f"name={word}&near={here}") == made[WARD] + made[NEXT]
    assert await found(world, f"name={word}&near={there}") == made[NEXT] + made[WARD]
    assert await found(world, f"name={word}&near={here}&within_km=0.1") == made[WARD]
    assert await found(world, f"name={word}&near={here}&within_km=10") == made[WARD] + made[NEXT] + made[THIRD]
    assert await found(world, f"name={word}&near=40,-80") == []
    for bad in ("51.5", "91,0", "51.5,-181", "a,b", "nan,1", "1e1,2", "1,2,3", "%00,1", ""):
        assert (await world.ask("GET", f"/directory?near={bad}")).status_code == 422, bad


async def test_pages_of_the_nearest_hold_each_group_once(world: World, chair: Principal, drawing: Drawing) -> None:
    word = unheard_of()
    made = await three_wards(world, drawing, chair, word)
    everything = f"name={word}&near=51.515,-0.055&within_km=10"
    pages: list[UUID] = []
    after = ""
    while page := (await world.ask("GET", f"/directory?{everything}&limit=2{after}")).json()["groups"]:
        pages += [UUID(each["id"]) for each in page]
        after = f"&after={page[-1]['id']}&after_area={page[-1]['area']}"
    assert pages == made[WARD] + made[NEXT] + made[THIRD]
    for half in (f"&after={pages[0]}", f"&after_area={WARD}"):
        assert (await world.ask("GET", f"/directory?{everything}{half}")).status_code == 422


async def test_a_page_asked_for_with_a_hidden_groups_id_tells_nothing_of_it(
    world: World, chair: Principal, drawing: Drawing
) -> None:
    """P14: the id is compared, never looked up."""
    word = unheard_of()
    made = await three_wards(world, drawing, chair, word)
    hidden = await world.group(chair, area=THIRD)
    beside = UUID(int=hidden.int + 1)
    for area in (WARD, THIRD, "E05000001"):
        query = f"name={word}&near=51.515,-0.055&within_km=10&after_area={area}"
        assert await found(world, f"{query}&after={hidden}") == await found(world, f"{query}&after={beside}")
    assert made


@contextmanager
def counted(resources: Resources) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(resources.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(resources.engine.sync_engine, "before_cursor_execute", note)


async def test_the_number_of_statements_does_not_grow_with_the_groups(
    world: World, chair: Principal, drawing: Drawing, resources: Resources
) -> None:
    word = unheard_of()
    await three_wards(world, drawing, chair, word)
    wanted, place = Wanted(name=word), Place(51.515, -0.055)
    for limit in (1, 9):
        with counted(resources) as plain:
            await list_directory(resources.unit_of_work(), wanted, after=None, limit=limit, now=now())
        with counted(resources) as near:
            await list_nearest(resources.unit_of_work(), wanted, place, 10, after=None, limit=limit, now=now())
        assert (len(plain), len(near)) == (2, 3)


async def test_whatever_is_typed_as_a_name_is_answered(world: World) -> None:
    chosen = random.Random(7)
    kinds = ("&|!():*'\\<->", "1e5.-²½", "аб中文한ßİǅ", "ab c", "\u0301\u200d\ufeff")
    for _ in range(200):
        name = "".join(chosen.choice(chosen.choice(kinds)) for _ in range(chosen.randint(1, 12)))
        answer = await world.ask("GET", f"/directory?name={quote(name)}")
        assert answer.status_code == (200 if name.strip() else 422), ascii(name)


async def test_a_search_by_name_can_use_its_index(resources: Resources) -> None:
    """As it must with 50,000 groups: the expression that is searched is the one that is indexed."""
    asked = "to_tsquery('simple', 'whitec:* & pan:*')"
    with counted(resources) as statements:
        await list_directory(resources.unit_of_work(), Wanted(name="x"), after=None, limit=1, now=now())
    searched = statements[0].rpartition("regexp_replace")[2].partition(" @@")[0]
    async with resources.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = (
            f"EXPLAIN SELECT id FROM groups WHERE to_tsvector('simple'::regconfig, regexp_replace{searched} @@ {asked}"
        )
        plan = "\n".join(await connection.scalars(text(query.replace(":", "\\:"))))
    assert "ix_groups_name_words" in plan, plan
