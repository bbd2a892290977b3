"""People work in vaults while api, keys process, worker, rotation, store and database are killed at random moments.

After each twenty kills, once all has come back, everything that was answered must hold, and what was not answered
holds wholly or not at all: no document half visible, none lost, every ready version byte for byte (P22).
"""

import asyncio
import random
import tempfile
import time
import traceback
from pathlib import Path

from shared.testing.private_servers import PrivateServers
from shared.testing.service import Ground, prepare
from shared.testing.victims import Server, Victim

from services.documents.tests.kill_cases.remembered import Broken
from services.documents.tests.kill_cases.rounds import Rounds
from services.documents.tests.kill_cases.stage import set_stage
from tests.soak.seed import options_of

WORKER = "soak"
KILLS, KILLS_IN_A_ROUND = 200, 20
GROUPS, CLIENTS = 2, 2


async def soak(servers: PrivateServers, ground: Ground, folder: Path, seed: int, kills: int) -> None:
    """Raises Broken, in a group with whatever else went wrong."""
    rng, began = random.Random(seed), time.monotonic()
    store, database = Server("store", servers.store), Server("database", servers.postgres)
    async with set_stage(ground, folder, rng, groups=GROUPS, clients=CLIENTS) as stage:
        await stage.worker.start()
        victims: dict[Victim, int] = {
            stage.api: 5, stage.keys: 4, stage.worker: 3, stage.rotation: 3, store: 4, database: 4
        }  # fmt: skip
        rounds = Rounds(stage, victims, rng, pause_seconds=(0.1, 1.5))
        try:
            while (killed := rounds.killed.total()) < kills:
                compared = await rounds.run(min(KILLS_IN_A_ROUND, kills - killed))
                print(
                    f"{time.monotonic() - began:5.0f} s  {rounds.killed.total():4} kills, "
                    f"{stage.tally['answered']} requests answered; {compared.bytes_read / 1e6:.0f} MB read back",
                    flush=True,
                )
        finally:
            _say(rounds)


def _say(rounds: Rounds) -> None:
    stage, compared = rounds.stage, rounds.stage.checker.compared
    rows = [
        *((f"kills of {name}", count) for name, count in sorted(rounds.killed.items())),
        ("kills", rounds.killed.total()),
        *((f"requests {how}", stage.tally[how]) for how in ("answered", "refused", "unanswered")),
        ("new keys of groups", sum(compared.epochs.values())),
        ("documents compared", compared.documents),
        ("versions read back", compared.versions),
        ("bytes read back", compared.bytes_read),
    ]
    for name, figure in rows:
        print(f"{name:30} {figure:15,}")


def main() -> int:
    """On servers of its own, whose database writes as it does in life. 1 where anything did not hold."""
    options = options_of("documents", kills=KILLS)
    servers = PrivateServers(durable=True)
    try:
        ground = prepare(servers.start([WORKER]), "documents", WORKER, ("owner", "app", "keys"))
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(soak(servers, ground, Path(folder), options.seed, options.kills))
    except (Broken, ExceptionGroup, TimeoutError):
        traceback.print_exc()
        print(f"It did NOT hold: repeat with --seed {options.seed}.")
        return 1
    finally:
        servers.stop()
    print("Everything held.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
