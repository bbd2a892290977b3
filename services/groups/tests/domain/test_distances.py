"""The box in which a search near a place looks."""

import random

import pytest
from groups.domain.distances import KM_PER_DEGREE, Place, degrees_across, km_between


@pytest.mark.parametrize("latitude", [0, 51.5, -33.9, 60.8, 85])
def test_whatever_is_near_lies_within_the_degrees_across(latitude: float) -> None:
    chosen, here, within_km = random.Random(5), Place(latitude, -0.06), 50
    across, up = degrees_across(here, within_km), within_km / KM_PER_DEGREE
    assert across < 12
    for _ in range(5_000):
        there = Place(latitude + chosen.uniform(-up, up), here.longitude + chosen.uniform(-2, 2) * across)
        if km_between(here, there) <= within_km:
            assert abs(there.longitude - here.longitude) <= across


def test_at_a_pole_and_at_the_date_line_it_holds_every_longitude() -> None:
    assert {degrees_across(Place(*place), 50) for place in ((89.9, 0), (-90, 12), (51, 179.9), (51, -180))} == {360}
