"""The service does what the model says, over its real HTTP app on real PostgreSQL: a slice of `./ourwatch soak groups`.

`./ourwatch soak groups --seed N` takes hundreds of steps; what it finds is kept below as a test of its own.
"""

import ast
import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from groups.bootstrap import Resources
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncEngine

from services.groups.tests.conftest import World
from services.groups.tests.model import cast, rules, standings, words
from services.groups.tests.model import walk as walk_module
from services.groups.tests.model.machine import Groups
from services.groups.tests.model.service import Service
from services.groups.tests.model.walk import walk

RUNS, STEPS = (int(n) for n in os.environ.get("OURWATCH_MODEL_STEPS", "6x20").split("x"))
IS_SLICE = "OURWATCH_MODEL_STEPS" not in os.environ


@pytest.fixture
async def machine(world: World, resources: Resources, owner: AsyncEngine) -> type[Groups]:
    class Machine(Groups):
        make_service: Callable[[], Service] = staticmethod(lambda: Service(world, resources, owner))
        loop = asyncio.get_running_loop()
        sees_all = not IS_SLICE

    return Machine


async def test_the_service_does_what_the_product_says_step_by_step(machine: type[Groups]) -> None:
    chosen = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        # The slice takes the same steps each time; a soak draws its own by its seed, and looks for the shortest.
        derandomize=IS_SLICE,
        phases=(Phase.explicit, Phase.generate) if IS_SLICE else (Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)


async def test_a_walk_past_every_rule_is_as_the_product_says(machine: type[Groups]) -> None:
    """The random steps of the slice are few; these are chosen, so that no kind of step goes untried."""
    await asyncio.to_thread(walk, machine())


def test_the_walk_takes_every_step_that_there_is() -> None:
    steps = {each.function.__name__ for each in Groups.setup_state().rules}
    taken = set(re.findall(r"our\.(\w+)\(", Path(str(walk_module.__file__)).read_text()))
    assert steps - taken == set(), "a new step: take it in services/groups/tests/model/walk.py too"


def test_the_model_knows_nothing_of_the_service() -> None:
    for module in (words, standings, rules, cast):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        sources = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert sources <= {"dataclasses", "enum", words.__name__, standings.__name__}
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
