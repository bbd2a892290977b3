"""Boundaries of areas, each version kept; what is asked of them is which ward a place is in, and which are near."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.boundaries import Polygon, box_of, centre_of, contains, position
from groups.domain.distances import KM_PER_DEGREE, Place, degrees_across, km_between
from groups.storage.areas import Area
from groups.storage.tables import area_boundaries, areas
from groups.storage.tables.groups import Level

_newer = area_boundaries.alias("newer")
_HOLD = text("LOCK TABLE area_boundaries IN SHARE ROW EXCLUSIVE MODE")


async def find_ward_at(session: AsyncSession, place: Place, today: date) -> Area | None:
    """The one ward that the place is in; on the edge of several the first by code; None outside all."""
    point = position(place.longitude, place.latitude)
    query = (
        select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent, area_boundaries.c.polygons)
        .join_from(area_boundaries, areas)
        .where(
            areas.c.level == Level.WARD,
            _is_in_force(today),
            area_boundaries.c.west <= point[0],
            area_boundaries.c.east >= point[0],
            area_boundaries.c.south <= point[1],
            area_boundaries.c.north >= point[1],
        )
        .order_by(areas.c.code)
    )
    for *area, polygons in await session.execute(query):
        if contains(polygons, point):
            return Area(*area)
    return None


async def wards_near(session: AsyncSession, place: Place, within_km: float, today: date) -> list[str]:
    """The codes of the wards whose centre is that near, the nearest first."""
    up = within_km / KM_PER_DEGREE
    across = degrees_across(place, within_km)
    query: Select[str, float, float] = (
        select(areas.c.code, area_boundaries.c.latitude, area_boundaries.c.longitude)
        .join_from(area_boundaries, areas)
        .where(
            areas.c.level == Level.WARD,
            _is_in_force(today),
            area_boundaries.c.latitude.between(place.latitude - up, place.latitude + up),
            area_boundaries.c.longitude.between(place.longitude - across, place.longitude + across),
        )
    )
    distances = [
        (km_between(place, Place(latitude, longitude)), code)
        for code, latitude, longitude in await session.execute(query)
    ]
    return [code for distance, code in sorted(distances) if distance <= within_km]


async def hold_boundaries(session: AsyncSession) -> None:
    """Until the transaction ends nobody else adds a boundary."""
    await session.execute(_HOLD)


async def newest_boundary(session: AsyncSession, code: str) -> tuple[int, date, Sequence[Polygon]] | None:
    """Version, first day and shape of the newest, whether it has begun or not."""
    query = select(area_boundaries.c.version, area_boundaries.c.from_date, area_boundaries.c.polygons)
    newest = query.where(area_boundaries.c.code == code).order_by(area_boundaries.c.version.desc()).limit(1)
    row = (await session.execute(newest)).first()
    if row is None:
        return None
    version, began, kept = row
    # JSON has no tuples.
    return version, began, [[[(x, y) for x, y in ring] for ring in polygon] for polygon in kept]


async def add_boundary(
    session: AsyncSession, code: str, version: int, polygons: Sequence[Polygon], from_date: date
) -> None:
    west, south, east, north = box_of(polygons)
    latitude, longitude = centre_of(polygons)
    row = {
        "code": code,
        "version": version,
        "from_date": from_date,
        "polygons": polygons,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "latitude": latitude,
        "longitude": longitude,
    }
    await session.execute(insert(area_boundaries).values(row))


async def end_boundaries(
    session: AsyncSession, level: Level, parent: str | None, besides: Collection[str], until: date
) -> int:
    """Ends the boundaries of the parent's other areas of that level; how many."""
    others = select(areas.c.code).where(
        areas.c.level == level, areas.c.parent.is_not_distinct_from(parent), areas.c.code.not_in(besides)
    )
    ended = (
        update(area_boundaries)
        .where(
            area_boundaries.c.code.in_(others),
            or_(area_boundaries.c.until_date.is_(None), area_boundaries.c.until_date > until),
        )
        .values(until_date=until)
        .returning(area_boundaries.c.code)
    )
    return len(set(await session.scalars(ended)))


def _is_in_force(today: date) -> ColumnElement[bool]:
    replaced = exists().where(
        _newer.c.code == area_boundaries.c.code,
        _newer.c.version > area_boundaries.c.version,
        _newer.c.from_date <= today,
    )
    lasts = or_(area_boundaries.c.until_date.is_(None), area_boundaries.c.until_date > today)
    return (area_boundaries.c.from_date <= today) & lasts & ~replaced
