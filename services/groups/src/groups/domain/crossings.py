"""Where the lines of a drawing cross, found by a sweep from west to east."""

from collections.abc import Sequence
from typing import NamedTuple

_Position = tuple[int, int]


class Segment(NamedTuple):
    """A stretch of the ring with that number, between two positions."""

    start: _Position
    end: _Position
    ring: int


def first_crossing(segments: Sequence[Segment]) -> _Position | None:
    """A position near the first two that cross or run along each other; None where there are none.

    Stretches of one ring may meet at their ends alone; those of two rings may touch at single positions.
    """
    passing: list[Segment] = []
    for segment in sorted(segments, key=_west):
        passing = [other for other in passing if _east(other) >= _west(segment)]
        for other in passing:
            if _clash(segment, other):
                return segment.start
        passing.append(segment)
    return None


def _clash(one: Segment, other: Segment) -> bool:
    if max(one.start[1], one.end[1]) < min(other.start[1], other.end[1]):
        return False
    if max(other.start[1], other.end[1]) < min(one.start[1], one.end[1]):
        return False
    sides = (
        _side(one, other.start),
        _side(one, other.end),
        _side(other, one.start),
        _side(other, one.end),
    )
    if not any(sides):
        return _shared_length(one, other)
    if sides[0] * sides[1] > 0 or sides[2] * sides[3] > 0:
        return False
    if all(sides):
        return True
    # They meet where one of them ends: right for two rings, and for neighbours in one.
    return one.ring == other.ring and not {one.start, one.end} & {other.start, other.end}


def _shared_length(one: Segment, other: Segment) -> bool:
    # All four positions on one line: along it they share more than a position.
    axis = 0 if one.start[0] != one.end[0] else 1
    low = max(min(one.start[axis], one.end[axis]), min(other.start[axis], other.end[axis]))
    high = min(max(one.start[axis], one.end[axis]), max(other.start[axis], other.end[axis]))
    return low < high


def _side(segment: Segment, point: _Position) -> int:
    (ax, ay), (bx, by), _ = segment
    cross = (bx - ax) * (point[1] - ay) - (point[0] - ax) * (by - ay)
    return (cross > 0) - (cross < 0)


def _west(segment: Segment) -> int:
    return min(segment.start[0], segment.end[0])


def _east(segment: Segment) -> int:
    return max(segment.start[0], segment.end[0])
