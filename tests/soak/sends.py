"""Sends of 5,000 while workers, relay, broker, database and mail server are killed, and people change their minds.

After each send, once all has come back: everybody who is meant has one distinct Message-ID and one final state, copies
beyond one are no more than were in flight and each is counted, and who left before their turn has none (P18, P28).
"""

import asyncio
import itertools
import random
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from shared.testing.issuer import Issuer
from shared.testing.private_servers import PrivateServers
from shared.testing.service import Ground, prepare
from shared.testing.victims import Server

from services.messaging.tests.kill_cases.arrived import Arrived
from services.messaging.tests.kill_cases.counted import Broken
from services.messaging.tests.kill_cases.meant import Kind
from services.messaging.tests.kill_cases.rounds import Rounds
from services.messaging.tests.kill_cases.stage import set_stage
from tests.soak.seed import options_of

WORKER = "soak"
KILLS, WORKERS = 100, 3


async def soak(servers: PrivateServers, ground: Ground, folder: Path, seed: int, kills: int) -> None:
    """Raises Broken, in a group with whatever else went wrong."""
    rng, began, totals = random.Random(seed), time.monotonic(), Counter[str]()
    mail = Server("mail", servers.mail)
    victims = {Server("broker", servers.broker): 1, Server("database", servers.postgres): 3, mail: 2}
    smtp_url = ground.servers.smtp_url
    async with set_stage(ground, Issuer(folder / "issuer"), folder, smtp_url, workers=WORKERS) as stage:
        rounds = Rounds(stage, victims, mail, Arrived(servers.mail.maildir), rng)
        kinds = itertools.cycle(Kind)
        try:
            while (killed := rounds.killed.total()) < kills:
                count = await rounds.run(next(kinds), kills - killed)
                totals.update(count._asdict())
                print(f"{time.monotonic() - began:5.0f} s  {rounds.killed.total():4} kills, {count}", flush=True)
        finally:
            _say(rounds, totals)


def _say(rounds: Rounds, totals: Counter[str]) -> None:
    rows = [
        *((f"kills of {name}", count) for name, count in sorted(rounds.killed.items())),
        ("kills", rounds.killed.total()),
        *((f"sends to {kind}", count) for kind, count in rounds.sends.items()),
        ("mailboxes sent to", totals["sent"]),
        ("mailboxes withheld", totals["withheld"]),
        ("copies beyond one", totals["repeated"]),
        ("copies counted as repeated", totals["counted"]),
        *(sorted(rounds.changes.items())),
        ("meant no more before their turn", rounds.too_early),
    ]
    for name, figure in rows:
        print(f"{name:32} {figure:10,}")


def main() -> int:
    """On servers of its own, whose database writes as it does in life. 1 where anything did not hold."""
    options = options_of("sends", kills=KILLS)
    servers = PrivateServers(durable=True)
    try:
        ground = prepare(servers.start([WORKER]), "messaging", WORKER)
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
