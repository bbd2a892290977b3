"""Points and shapes, exactly."""

import random

import pytest
from groups.domain.boundaries import BadShape, Polygon, Ring, centre_of, check_shape, contains, position
from groups.domain.distances import Place, km_between


def box(west: int, south: int, east: int, north: int) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


WITH_A_HOLE: list[Polygon] = [[box(0, 0, 10, 10), box(4, 4, 6, 6)]]
TWO_PARTS: list[Polygon] = [[box(0, 0, 4, 4)], [box(6, 0, 10, 4)]]
ARROW: list[Polygon] = [[[(0, 0), (10, 0), (5, 5), (10, 10), (0, 10), (0, 0)]]]


@pytest.mark.parametrize(
    ("shape", "point", "is_in"),
    [
        (WITH_A_HOLE, (2, 2), True),
        (WITH_A_HOLE, (5, 5), False),
        (WITH_A_HOLE, (4, 5), True),  # the edge of the hole
        (WITH_A_HOLE, (0, 0), True),
        (WITH_A_HOLE, (10, 3), True),
        (WITH_A_HOLE, (11, 3), False),
        (TWO_PARTS, (8, 2), True),
        (TWO_PARTS, (5, 2), False),
        (ARROW, (4, 5), True),
        (ARROW, (5, 5), True),
        (ARROW, (6, 5), False),  # level with a corner to the west, and with none to the east
        (ARROW, (-1, 5), False),
        (ARROW, (-1, 0), False),
    ],
)
def test_a_point_is_inside_on_the_edge_or_outside(shape: list[Polygon], point: tuple[int, int], is_in: bool) -> None:
    assert contains(shape, point) is is_in
    assert contains([[ring[::-1] for ring in polygon] for polygon in shape], point) is is_in


def test_the_ray_and_the_turning_angle_agree_everywhere() -> None:
    """A second way: in a fan of triangles around its own centre a point lies in one of them."""
    chosen = random.Random(20)
    star = [(1000, 0), (300, 200), (0, 1000), (-300, 200), (-1000, 0), (-300, -200), (0, -1000), (300, -200)]
    ring = [*star, star[0]]
    for _ in range(3_000):
        x, y = chosen.randint(-1100, 1100), chosen.randint(-1100, 1100)
        in_triangle = False
        for (ax, ay), (bx, by) in zip(star, [*star[1:], star[0]], strict=True):
            sides = (ax * y - ay * x, (bx - ax) * (y - ay) - (by - ay) * (x - ax), x * by - y * bx)
            in_triangle |= all(side >= 0 for side in sides)
        assert contains([[ring]], (x, y)) is in_triangle, (x, y)


def test_good_shapes_are_taken() -> None:
    for shape in (WITH_A_HOLE, TWO_PARTS, ARROW):
        check_shape(shape)
    check_shape([[box(0, 0, 10, 10), box(3, 3, 7, 7)], [box(4, 4, 6, 6)]])  # an island in the hole
    check_shape([[box(0, 0, 4, 4)], [box(4, 4, 8, 8)]])  # two parts that touch at a corner


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ([], "no ring"),
        ([[]], "no ring"),
        ([[[(0, 0), (1, 0), (0, 0)]]], "fewer than four"),
        ([[[(0, 0), (1, 0), (1, 1), (0, 1)]]], "does not end where it begins"),
        ([[[(0, 0), (4, 4), (4, 0), (0, 4), (0, 0)]]], "cross"),
        ([[[(0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)]]], "cross"),  # touches its own edge
        ([[[(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2), (0, 0)]]], "touches itself"),
        ([[[(0, 0), (4, 0), (8, 0), (0, 0)]]], "run along each other"),
        ([[box(0, 0, 4, 4)], [box(2, 2, 6, 6)]], "cross"),
        ([[box(0, 0, 4, 4)], [box(4, 1, 6, 3)]], "cross"),  # share a stretch of edge
        ([[box(0, 0, 9, 9)], [box(2, 2, 6, 6)]], "parts overlap"),
        ([[box(0, 0, 9, 9), box(20, 20, 22, 22)]], "not inside"),
        ([[box(0, 0, 20, 20), box(2, 2, 9, 9), box(4, 4, 6, 6)]], "holes overlap"),
    ],
)
def test_a_bad_shape_is_refused_and_the_reason_said(shape: list[Polygon], why: str) -> None:
    with pytest.raises(BadShape, match=why):
        check_shape(shape)


def test_the_centre_is_that_of_gravity() -> None:
    degree = 10_000_000
    assert centre_of([[box(0, 0, 2 * degree, 4 * degree)]]) == (2.0, 1.0)
    assert centre_of([[box(0, 0, 2 * degree, 4 * degree)[::-1]]]) == (2.0, 1.0)
    holed = [[box(0, 0, 4 * degree, 4 * degree), box(2 * degree, 0, 4 * degree, 4 * degree)]]
    assert centre_of(holed) == (2.0, 1.0)


def test_whitechapel_and_trafalgar_square_are_five_kilometres_apart() -> None:
    assert 4.5 < km_between(Place(51.5195, -0.0600), Place(51.5080, -0.1281)) < 5.2
    assert position(-0.06, 51.5195) == (-600_000, 515_195_000)
