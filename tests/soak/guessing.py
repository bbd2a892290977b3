"""Ten thousand wrong passwords from fifty sources, while the owner signs in on a known device every time."""

import asyncio
import random
from collections import Counter

import aiohttp
from identity.domain.guessing import PATIENCE, Lane
from shared.testing.private_servers import PrivateServers

from tests.bench.running_identity import RunningIdentity, Someone, one_identity
from tests.soak.seed import seed_of

GUESSES, SOURCES, AT_ONCE = 10_000, 50, 40
OWNER_EVERY = 500
MOST_LOOKED_AT = PATIENCE[Lane.ACCOUNT].most


async def guess(identity: RunningIdentity, owner: Someone, chance: random.Random) -> tuple[Counter[int], list[int]]:
    """The statuses of the guesses, and of the owner's sign-ins among them."""
    told: Counter[int] = Counter()
    owner_told: list[int] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as client:

        async def one() -> None:
            source = f"198.51.100.{chance.randrange(SOURCES)}"
            body = {"email": owner.email, "password": f"a wrong one {chance.randrange(10**9)}"}
            told[await identity.post_session(client, body, source)] += 1

        for _ in range(GUESSES // OWNER_EVERY):
            await identity.forget_codes()
            guesses = asyncio.gather(*(one() for _ in range(OWNER_EVERY)))
            owner_told.append(await identity.sign_in(client, owner))
            await guesses
    return told, owner_told


def main() -> int:
    seed = seed_of("guessing")
    servers = PrivateServers()
    try:
        with one_identity(servers.start()) as identity:
            [owner] = asyncio.run(identity.make_people(1))
            told, owner_told = asyncio.run(guess(identity, owner, random.Random(seed)))
    finally:
        servers.stop()
    print(f"{sum(told.values())} guesses: {told[403]} were looked at, {told[429]} held off, {told[503]} shed")
    print(f"the owner signed in {owner_told.count(201)} of {len(owner_told)} times")
    held = set(told) <= {403, 429, 503} and told[403] <= MOST_LOOKED_AT and set(owner_told) == {201}
    print("Everything held." if held else "It did NOT hold.")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
