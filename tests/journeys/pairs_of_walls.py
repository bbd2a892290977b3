"""The knock-outs by two, which `./ourwatch soak walls` runs; `test_walls.py` has those by one."""

from itertools import combinations

import pytest
from launcher.demo.story import Story

from tests.journeys.attacks import a_prize, everything_got
from tests.journeys.conftest import LiveSystem
from tests.journeys.walls import Wall, fort

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    "down", list(combinations(Wall, 2)), ids=lambda down: "+".join(wall.name.lower() for wall in down)
)
async def test_with_any_two_walls_down_every_attack_fails(
    live: LiveSystem, panel: Story, down: tuple[Wall, Wall]
) -> None:
    async with fort(live, frozenset(down)) as built:
        assert await everything_got(live, a_prize(panel), built) == []
