"""Forces, boroughs and wards, and where the wards lie: towns of two wards each, 25 km from the next town."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from groups.domain.boundaries import Ring, box_of, centre_of, position
from groups.storage.tables.groups import Level

WARDS_PER_TOWN = 2
WARDS_PER_BOROUGH = 20
BOROUGHS_PER_FORCE = 10
_TOWNS_PER_ROW = 40
_SOUTH, _WEST, _NORTHWARD, _EASTWARD, _SIDE = 40.0, -20.0, 0.25, 0.4, 0.02
_FIRST = 100_000
# Each so manieth ward was drawn anew since.
_REDRAWN_EVERY = 10


@dataclass(frozen=True, slots=True)
class Ward:
    """The ward of that number, from 0."""

    number: int

    @property
    def code(self) -> str:
        return f"E05{_FIRST + self.number}"

    @property
    def borough(self) -> str:
        return f"E09{_FIRST + self.number // WARDS_PER_BOROUGH}"

    @property
    def force(self) -> str:
        return f"E23{_FIRST + self.number // WARDS_PER_BOROUGH // BOROUGHS_PER_FORCE}"

    @property
    def corner(self) -> tuple[float, float]:
        """Latitude and longitude of the south-west."""
        town, side = divmod(self.number, WARDS_PER_TOWN)
        row, column = divmod(town, _TOWNS_PER_ROW)
        return _SOUTH + row * _NORTHWARD, _WEST + column * _EASTWARD + side * _SIDE

    @property
    def near(self) -> str:
        """A place in it, as the directory is asked."""
        south, west = self.corner
        return f"{south + _SIDE / 3:.5f},{west + _SIDE / 3:.5f}"

    @property
    def ring(self) -> Ring:
        south, west = self.corner
        north, east = south + _SIDE, west + _SIDE
        return [position(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south))]


def area_rows(wards: Sequence[Ward]) -> Iterator[tuple[object, ...]]:
    """Rows of `areas`: code, name, level, parent; the largest first. The wards fill whole boroughs and forces."""
    forces = dict.fromkeys(ward.force for ward in wards)
    boroughs = {ward.borough: ward.force for ward in wards}
    yield from ((code, f"Force {code}", Level.FORCE, None) for code in forces)
    yield from ((code, f"Borough {code}", Level.BOROUGH, force) for code, force in boroughs.items())
    yield from ((ward.code, f"Ward {ward.number}", Level.WARD, ward.borough) for ward in wards)


def boundary_rows(wards: Sequence[Ward]) -> Iterator[tuple[object, ...]]:
    """Rows of `area_boundaries`: code, version, from_date, polygons, box, centre."""
    for ward in wards:
        ring = ward.ring
        drawn = (str([[[list(point) for point in ring]]]), *box_of([[ring]]), *centre_of([[ring]]))
        yield ward.code, 1, date(2014, 5, 22), *drawn
        if ward.number % _REDRAWN_EVERY == 0:
            yield ward.code, 2, date(2022, 5, 5), *drawn
