"""Api, keys process and rotation are killed in the middle of everything: nothing is half visible, nothing lost (P22).

With worker, store and database besides, and two hundred kills: `./ourwatch soak documents`.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from shared.testing.private_servers import Addresses
from shared.testing.service import Ground, prepare
from shared.testing.victims import Victim

from services.documents.tests.kill_cases.rounds import Rounds
from services.documents.tests.kill_cases.stage import set_stage

KILLS = 4


@pytest.fixture
def own_ground(servers: Addresses, test_worker: str) -> Ground:
    """A database that no other test works in."""
    own = prepare(servers, "documents", f"{test_worker}_kills", ("owner", "app", "keys"))
    return replace(own, worker=test_worker)


@pytest.mark.parametrize("seed", [5])
async def test_nothing_is_half_visible_or_lost_when_processes_are_killed(
    own_ground: Ground, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    async with set_stage(own_ground, tmp_path, rng, groups=1, clients=3) as stage:
        victims: dict[Victim, int] = {stage.api: 3, stage.keys: 2, stage.rotation: 2}
        rounds = Rounds(stage, victims, rng, pause_seconds=(0.3, 1.2))
        compared = await rounds.run(KILLS)
    assert rounds.killed.total() == KILLS
    assert compared.versions
    # It was in the middle of things that they were killed.
    assert stage.tally["unanswered"] + stage.tally["refused"]
    assert max(compared.epochs.values()) > 1
