"""Small maps for tests: squares of a hundredth of a degree, side by side."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from groups.domain.area_files import read_areas
from groups.storage.tables import area_boundaries, areas
from groups.storage.tables.groups import Level
from groups.use_cases.import_areas import Imported, import_areas
from shared.clock import now
from shared.db.engine import make_sessions
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

WEST, SOUTH, SIDE = -0.06, 51.51, 0.01


def square(column: float, row: float = 0, size: float = 1) -> list[list[list[float]]]:
    """A polygon: the square in that column and row, counted from the south-west."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + size * SIDE, south + size * SIDE
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def inside(column: float, row: float = 0) -> str:
    """Where the middle of that square is, as a query."""
    return f"lat={SOUTH + (row + 0.5) * SIDE:.6f}&lon={WEST + (column + 0.5) * SIDE:.6f}"


def collection(**shapes: Any) -> str:  # Any: JSON of a polygon
    """GeoJSON of areas by code."""
    features = [
        {
            "type": "Feature",
            "properties": {"CD": code, "NM": f"Ward {code[-2:]}"},
            "geometry": {"type": "Polygon", "coordinates": shape},
        }
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


class Drawing:
    """Brings maps in as whoever runs groups does, and takes them away again."""

    def __init__(self, owner: AsyncEngine) -> None:
        self._owner = owner
        self._known: Sequence[str] = ()

    async def begin(self) -> None:
        async with self._owner.connect() as connection:
            self._known = (await connection.scalars(select(areas.c.code))).all()

    async def bring_in(
        self,
        content: str,
        parent: str | None,
        level: Level = Level.WARD,
        *,
        code_property: str = "CD",
        name_property: str = "NM",
        from_date: date | None = None,
        is_complete: bool = False,
    ) -> Imported:
        return await import_areas(
            UnitOfWork(make_sessions(self._owner), "groups"),
            read_areas(content, code_property=code_property, name_property=name_property),
            level=level,
            parent=parent,
            from_date=from_date or now().date(),
            is_complete=is_complete,
        )

    async def end(self) -> None:
        async with self._owner.begin() as connection:
            await connection.execute(delete(area_boundaries))
            for level in reversed(Level):
                await connection.execute(delete(areas).where(areas.c.level == level, areas.c.code.not_in(self._known)))
