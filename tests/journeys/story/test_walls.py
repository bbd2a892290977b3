"""P2 behind six walls: with any one of them down, nothing that staff or machines try gets anything."""

import ast
from pathlib import Path

import pytest
from launcher.demo.story import Story

from tests.journeys.attacks import a_prize, everything_got
from tests.journeys.conftest import LiveSystem
from tests.journeys.walls import Wall, fort

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).parents[3]


TAKEN = frozenset({Wall.DATABASE, Wall.STORE_AND_BROKER})


# Who holds database and store besides holds more than without: each wall down alone follows from these.
@pytest.mark.parametrize("down", sorted(set(Wall) - TAKEN), ids=lambda wall: wall.name.lower())
async def test_with_database_and_store_taken_and_any_one_wall_down_every_attack_fails(
    live: LiveSystem, panel: Story, down: Wall
) -> None:
    async with fort(live, TAKEN | {down}) as built:
        assert await everything_got(live, a_prize(panel), built) == []


async def test_with_the_first_four_down_it_would_succeed(live: LiveSystem, panel: Story) -> None:
    """The attacks are real ones: where nothing refuses them, they get names and contents."""
    down = frozenset({Wall.POLICY_TABLE, Wall.PASSES_FOR_MEMBERS, Wall.DOCUMENTS_VERIFIER, Wall.KEYS_VERIFIER})
    async with fort(live, down) as built:
        got = await everything_got(live, a_prize(panel), built)
    let_in = {each.partition(", ")[2] for each in got if "at the gateway" in each}
    assert let_in >= {"list_documents: 200", "read_document: 200", "bin_document: 204", "add_document: 422"}


def test_no_wall_has_a_switch_in_what_is_installed() -> None:
    """Walls come down in tests alone: no source overrides a dependency, and no setting speaks of a wall."""
    for path in [*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("shared/src/**/*.py")]:
        words = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "dependency_overrides" not in words, path
