"""How far apart two places are."""

from math import asin, cos, degrees, pi, radians, sin, sqrt
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


def degrees_across(place: Place, within_km: float) -> float:
    """How many degrees of longitude, either way, hold all that is so near; all 360 at a pole or at the date line.

    A circle is widest nearer to the pole than its centre is: asin(sin r / cos latitude).
    """
    reach = radians(within_km / KM_PER_DEGREE)
    if abs(radians(place.latitude)) + reach >= pi / 2:
        return 360.0
    across = degrees(asin(sin(reach) / cos(radians(place.latitude))))
    return across if abs(place.longitude) + across <= 180 else 360.0
