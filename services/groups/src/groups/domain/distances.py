"""How far apart two places are."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

_EARTH_KM = 6371.0
KM_PER_DEGREE = 111.0
"""A little less than a degree of latitude is long: a box made by it is never too small."""


class Place(NamedTuple):
    """Degrees of WGS 84."""

    latitude: float
    longitude: float


def km_between(one: Place, other: Place) -> float:
    """Along a great circle (haversine), to half a percent."""
    south, north = radians(one.latitude), radians(other.latitude)
    up, across = north - south, radians(other.longitude - one.longitude)
    chord = sin(up / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))
