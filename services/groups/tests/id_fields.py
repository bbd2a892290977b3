"""Which ids a request of groups can carry, read from what the service says of itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]  # Any: JSON


class IdField(NamedTuple):
    """An id in a path, in a query (a cursor) or anywhere in a body, of one route."""

    method: str
    route: str
    name: str


def id_fields(openapi: Schema, not_ids: frozenset[str]) -> set[IdField]:
    """Every field with a UUID. What stands in a path is an id as well, unless it is among `not_ids`."""
    return {
        IdField(method.upper(), route, name)
        for route, methods in openapi["paths"].items()
        for method, operation in methods.items()
        for name in _names(openapi, operation, not_ids)
    }


def _names(openapi: Schema, operation: Schema, not_ids: frozenset[str]) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        in_path = parameter["in"] == "path" and parameter["name"] not in not_ids
        if in_path or list(_uuids(openapi, parameter["schema"], "")):
            yield parameter["name"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _uuids(openapi, content["schema"], "")


def _uuids(openapi: Schema, schema: Schema, name: str) -> Iterator[str]:
    while "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "uuid":
        yield name
    parts = [(name, part) for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, [])]
    parts += [(name, schema["items"])] if "items" in schema else []
    for part_name, part in [*parts, *schema.get("properties", {}).items()]:
        yield from _uuids(openapi, part, part_name)


def placed_in(route: str, query: str, body: Any) -> Iterator[tuple[str, str]]:  # Any: JSON
    """The fields of a request that is written with `{names}` for ids, each with the name in its place."""
    yield from ((name, name) for name in re.findall(r"\{(\w+)\}", route))
    yield from re.findall(r"[?&](\w+)=\{(\w+)\}", query)
    for field, value in (body or {}).items():
        for each in value if isinstance(value, list) else [value]:
            yield from ((field, name) for name in re.findall(r"\{(\w+)\}", str(each)))
