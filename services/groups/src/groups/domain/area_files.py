"""Areas with their boundaries, read from GeoJSON (RFC 7946) as statistical offices publish it."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groups.domain.boundaries import BadShape, Polygon, Position, Ring, check_shape, position

_CODE = re.compile(r"[A-Z][0-9]{8}")
_SHAPES = ("Polygon", "MultiPolygon")


class NotAMap(ValueError):
    """What is wrong with the file, in plain words and with the area that it is about."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area of the file. `code` is its GSS code."""

    code: str
    name: str
    polygons: Sequence[Polygon]


def read_areas(content: str, *, code_property: str, name_property: str) -> list[Drawn]:
    """The areas of a FeatureCollection in WGS 84, each drawn well; NotAMap else."""
    try:
        collection = json.loads(content)
        features = collection["features"]
        drawn = [_read(feature, code_property, name_property) for feature in features]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise NotAMap(f"This is no GeoJSON collection of areas ({type(error).__name__}).") from error
    if not drawn:
        raise NotAMap("The file holds no area.")
    codes = [area.code for area in drawn]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise NotAMap(f"{twice}: the file draws it twice.")
    return drawn


def _read(feature: dict[str, Any], code_property: str, name_property: str) -> Drawn:  # Any: JSON of somebody else's
    told = feature["properties"]
    code, name = told.get(code_property), told.get(name_property)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise NotAMap(f"An area has no GSS code in its property {code_property!r}.")
    if not isinstance(name, str) or not name.strip():
        raise NotAMap(f"{code}: it has no name in its property {name_property!r}.")
    geometry = feature["geometry"] or {}
    if geometry.get("type") not in _SHAPES:
        raise NotAMap(f"{code}: it is drawn as {geometry.get('type')}, not as a Polygon or MultiPolygon.")
    try:
        shapes = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        polygons: list[Polygon] = [[_ring(ring) for ring in shape] for shape in shapes]
        check_shape(polygons)
    except BadShape as error:
        raise NotAMap(f"{code} {name}: {error}.") from error
    except (TypeError, ValueError) as error:
        raise NotAMap(f"{code} {name}: its coordinates are no positions.") from error
    return Drawn(code, name.strip(), polygons)


def _ring(coordinates: list[Any]) -> Ring:  # Any: JSON of somebody else's
    ring: list[Position] = []
    for longitude, latitude, *_ in coordinates:
        if not (math.isfinite(longitude) and abs(longitude) <= 180 and math.isfinite(latitude) and abs(latitude) <= 90):
            raise BadShape("one of its positions is not on earth: degrees of longitude and latitude are needed")
        point = position(longitude, latitude)
        # Two positions within a centimetre are one.
        if not ring or ring[-1] != point:
            ring.append(point)
    return ring
