"""The events as they are published, frozen: a change that a reader could trip over fails here."""

import json
from pathlib import Path

import pytest
from shared.contracts import documents, groups, identity, messaging
from shared.contracts.envelope import Envelope, Event

FROZEN = Path(__file__).parent / "schemas"
MODELS = {
    kind.type: kind
    for module in (identity, groups, documents, messaging)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
} | {"envelope": Envelope}


def schema_of(name: str) -> str:
    return json.dumps(MODELS[name].model_json_schema(), indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_published_event_keeps_its_schema(name: str) -> None:
    assert (FROZEN / f"{name}.json").read_text() == schema_of(name), "give a changed event a new version"


def test_no_schema_is_left_over() -> None:
    assert {path.stem for path in FROZEN.glob("*.json")} == set(MODELS)
