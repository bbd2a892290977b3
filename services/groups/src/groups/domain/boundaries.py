"""The shape of an area: whether a point lies in it, and whether it is drawn well. Nobody's access comes from one (P10).

Positions are whole ten-millionths of a degree (a centimetre), east then north: all that is asked of them is exact.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from groups.domain.crossings import Segment, first_crossing

PER_DEGREE = 10_000_000

Position = tuple[int, int]
Ring = Sequence[Position]
Polygon = Sequence[Ring]
"""The outer ring first, then its holes. Each ring ends where it begins."""


class BadShape(ValueError):
    """Why a shape cannot be taken, in plain words."""


def position(longitude: float, latitude: float) -> Position:
    """Degrees of WGS 84 as a position."""
    return round(longitude * PER_DEGREE), round(latitude * PER_DEGREE)


def contains(polygons: Sequence[Polygon], point: Position) -> bool:
    """Whether the point is inside or on an edge."""
    segments = [segment for polygon in polygons for ring in polygon for segment in pairwise(ring)]
    return any(_is_on(segment, point) for segment in segments) or _is_inside(segments, point)


def box_of(polygons: Sequence[Polygon]) -> tuple[int, int, int, int]:
    """The least box around the shape: west, south, east, north."""
    points = [point for polygon in polygons for point in polygon[0]]
    east, north = [x for x, _ in points], [y for _, y in points]
    return min(east), min(north), max(east), max(north)


def centre_of(polygons: Sequence[Polygon]) -> tuple[float, float]:
    """The centre of gravity as latitude and longitude, in degrees."""
    doubled, east, north = 0, 0, 0
    for polygon in polygons:
        for place, ring in enumerate(polygon):
            swept = _swept(ring)
            # An outer ring adds and a hole takes away, whichever way round they are drawn.
            sign = (1 if swept > 0 else -1) * (1 if place == 0 else -1)
            doubled += sign * swept
            for (ax, ay), (bx, by) in pairwise(ring):
                cross = sign * (ax * by - bx * ay)
                east += (ax + bx) * cross
                north += (ay + by) * cross
    return north / (3 * doubled) / PER_DEGREE, east / (3 * doubled) / PER_DEGREE


def check_shape(polygons: Sequence[Polygon]) -> None:
    """BadShape where a ring is not closed, crosses or touches itself, or where rings overlap."""
    if not polygons or not all(polygons):
        raise BadShape("it has no ring")
    rings = [ring for polygon in polygons for ring in polygon]
    for ring in rings:
        _check_ring(ring)
    crossing = first_crossing([Segment(a, b, n) for n, ring in enumerate(rings) for a, b in pairwise(ring)])
    if crossing is not None:
        at = f"near latitude {crossing[1] / PER_DEGREE:.5f}, longitude {crossing[0] / PER_DEGREE:.5f}"
        raise BadShape(f"its rings cross or run along each other {at}")
    for polygon in polygons:
        outer, holes = polygon[0], polygon[1:]
        if not all(_lies_in(hole, outer) for hole in holes):
            raise BadShape("one of its holes is not inside its outer ring")
        if any(_lies_in(one, other) or _lies_in(other, one) for one, other in combinations(holes, 2)):
            raise BadShape("two of its holes overlap")
    for one, other in combinations(polygons, 2):
        if _overlap(one, other) or _overlap(other, one):
            raise BadShape("two of its parts overlap")


def _check_ring(ring: Ring) -> None:
    if len(ring) < 4:
        raise BadShape("one of its rings has fewer than four positions")
    if ring[0] != ring[-1]:
        raise BadShape("one of its rings does not end where it begins")
    if len(set(ring)) != len(ring) - 1:
        raise BadShape("one of its rings touches itself")


def _overlap(part: Polygon, other: Polygon) -> bool:
    # What lies in a hole of the other lies outside it.
    return _lies_in(part[0], other[0]) and not any(_lies_in(part[0], hole) for hole in other[1:])


def _lies_in(ring: Ring, outer: Ring) -> bool:
    # Rings that do not cross are inside or outside as a whole: the first position off the other's line decides.
    segments = list(pairwise(outer))
    for point in _and_middles(ring):
        if not any(_is_on(segment, point) for segment in segments):
            return _is_inside(segments, point)
    return True


def _and_middles(ring: Ring) -> Iterator[Position]:
    yield from ring
    for (ax, ay), (bx, by) in pairwise(ring):
        yield (ax + bx) // 2, (ay + by) // 2


def _is_inside(segments: Sequence[tuple[Position, Position]], point: Position) -> bool:
    # A ray to the east crosses the lines an odd number of times. Half-open, so that a corner counts once.
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in segments:
        if (ay > y) != (by > y):
            left = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
            inside ^= (left > 0) == (by > ay)
    return inside


def _is_on(segment: tuple[Position, Position], point: Position) -> bool:
    (ax, ay), (bx, by) = segment
    x, y = point
    return (
        min(ax, bx) <= x <= max(ax, bx)
        and min(ay, by) <= y <= max(ay, by)
        and (bx - ax) * (y - ay) == (x - ax) * (by - ay)
    )


def _swept(ring: Ring) -> int:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))
