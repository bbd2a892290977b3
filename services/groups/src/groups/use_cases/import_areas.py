"""Whoever runs groups brings in areas and their boundaries from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.db.unit_of_work import UnitOfWork

from groups.domain.area_files import Drawn, NotAMap
from groups.storage.areas import Area, find_area, put_area
from groups.storage.boundaries import add_boundary, end_boundaries, hold_boundaries, newest_boundary
from groups.storage.tables.groups import Level
from groups.use_cases.events import tell_area


@dataclass(frozen=True, slots=True)
class Imported:
    """How many areas are new, known and drawn anew, as they were, and no more."""

    added: int
    redrawn: int
    unchanged: int
    ended: int


async def import_areas(
    uow: UnitOfWork,
    drawn: Sequence[Drawn],
    *,
    level: Level,
    parent: str | None,
    from_date: date,
    is_complete: bool = False,
) -> Imported:
    """All of them or none. Said again it changes nothing: a boundary gets a version only where its shape is another.

    With `is_complete` the boundaries of the parent's other areas of that level end: a new ward map has new codes.

    NotAMap where the areas do not fit among those that are known. Who lies in whom is never changed: that would move
    people's and groups' areas from one jurisdiction to another (P5).
    """
    async with uow:
        await hold_boundaries(uow.session)
        await _check_parent(uow, level, parent)
        added = redrawn = ended = 0
        for each in drawn:
            is_new = await _put(uow, Area(each.code, each.name, level, parent))
            is_drawn = await _draw(uow, each, from_date)
            added += is_new
            redrawn += is_drawn and not is_new
        if is_complete:
            codes = [each.code for each in drawn]
            ended = await end_boundaries(uow.session, level, parent, codes, from_date)
        return Imported(added, redrawn, len(drawn) - added - redrawn, ended)


async def _check_parent(uow: UnitOfWork, level: Level, parent: str | None) -> None:
    above = None if parent is None else await find_area(uow.session, parent)
    if parent is not None and above is None:
        raise NotAMap(f"{parent}: there is no such area to lie in.")
    order = list(Level)
    expected = order[order.index(level) - 1] if order.index(level) else None
    if (above.level if above else None) is not expected:
        raise NotAMap(f"A {level} lies in a {expected}." if expected else f"A {level} lies in no other area.")


async def _put(uow: UnitOfWork, area: Area) -> bool:
    known = await find_area(uow.session, area.code)
    if known is not None and (known.level, known.parent) != (area.level, area.parent):
        raise NotAMap(f"{area.code} {area.name}: it is known as a {known.level} in {known.parent}.")
    if known != area:
        tell_area(uow, area, await put_area(uow.session, area))
    return known is None


async def _draw(uow: UnitOfWork, each: Drawn, from_date: date) -> bool:
    newest = await newest_boundary(uow.session, each.code)
    version = 1
    if newest is not None:
        last, began, polygons = newest
        if polygons == each.polygons:
            return False
        if began > from_date:
            raise NotAMap(f"{each.code} {each.name}: its newest boundary begins later, on {began.isoformat()}.")
        version = last + 1
    await add_boundary(uow.session, each.code, version, each.polygons, from_date)
    return True
