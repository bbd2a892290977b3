"""Areas: force over borough over ward. Every reader takes codes of any level."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import CTE, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import areas
from groups.storage.tables.groups import Level


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    level: Level
    parent: str | None


def areas_within(codes: Iterable[str]) -> CTE:
    """A part of a statement: the codes of these areas and of all that lie in them."""
    top = select(areas.c.code).where(areas.c.code.in_(list(codes))).cte("within", recursive=True)
    below = select(areas.c.code).join(top, areas.c.parent == top.c.code)
    return top.union(below)


async def codes_within(session: AsyncSession, codes: Iterable[str]) -> list[str]:
    """The codes of these areas and of all that lie in them.

    For a list in some order: of areas that it is given the database knows how many of the list they leave, and reads
    either those or the list from its beginning. Of a query for areas it does not.
    """
    return list(await session.scalars(select(areas_within(codes).c.code)))


async def list_areas(session: AsyncSession, within: str | None) -> list[Area]:
    """All areas, or those in one, from the largest to the smallest, by name."""
    query = select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent)
    if within is not None:
        query = query.where(areas.c.code.in_(select(areas_within([within]).c.code)))
    found = [Area(*row) for row in await session.execute(query)]
    return sorted(found, key=lambda area: (list(Level).index(area.level), area.name))


async def find_area(session: AsyncSession, code: str) -> Area | None:
    query = select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent).where(areas.c.code == code)
    row = (await session.execute(query)).first()
    return None if row is None else Area(*row)


async def put_area(session: AsyncSession, area: Area) -> int:
    """A new area, or a known one under its new name; its version. Only the owner of the schema may."""
    fresh = insert(areas).values(code=area.code, name=area.name, level=area.level, parent=area.parent)
    changed = {"name": fresh.excluded.name, "version": areas.c.version + 1}
    named = fresh.on_conflict_do_update(index_elements=["code"], set_=changed).returning(areas.c.version)
    version: int = (await session.execute(named)).scalar_one()
    return version


async def all_versions(session: AsyncSession) -> list[tuple[Area, int]]:
    """Every area as it is, to be told again."""
    query = select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent, areas.c.version).order_by(areas.c.code)
    return [(Area(*row[:4]), row.version) for row in await session.execute(query)]


async def is_ward(session: AsyncSession, code: str) -> bool:
    query = select(exists().where(areas.c.code == code, areas.c.level == Level.WARD))
    return bool(await session.scalar(query))


async def is_within(session: AsyncSession, code: str, areas_held: Iterable[str]) -> bool:
    """Whether the area is one of these or lies in one (P5)."""
    inside = areas_within(areas_held)
    return await session.scalar(select(inside.c.code).where(inside.c.code == code)) is not None
