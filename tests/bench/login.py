"""Whole sign-ins of one identity process beside a bare Argon2id loop, and token checks beside raw Ed25519."""

import asyncio
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from identity.passwords import AT_ONCE, OWASP
from shared.auth.access import issue_access_token, read_access_token
from shared.auth.keyfiles import Trust, load_signing_key
from shared.clock import now
from shared.testing.issuer import Issuer, a_member
from shared.testing.private_servers import PrivateServers

from tests.bench.asking import Asking
from tests.bench.measure import Result, arguments, interleaved, rate
from tests.bench.running_identity import PASSWORD, RunningIdentity, one_identity

PEOPLE = 1500
SECONDS = 4.0
CLIENTS = 4 * AT_ONCE
CROWD = 200
MEMORY_BOUND_MIB = AT_ONCE * (OWASP.memory_bytes >> 20) + 64


class SignIns:
    """Measures one running identity; every sign-in is counted when its session was answered."""

    def __init__(self, identity: RunningIdentity) -> None:
        self._identity = identity
        self._people = cycle(asyncio.run(identity.make_people(PEOPLE)))
        self.cpu_ms: list[float] = []

    def a_second(self) -> float:
        """Sign-ins a second, a few clients at once."""
        return asyncio.run(self._a_second())

    async def _a_second(self) -> float:
        await self._identity.forget_codes()
        async with aiohttp.ClientSession() as client:
            began, spent = time.perf_counter(), self._cpu()

            async def one_client() -> int:
                done = 0
                while time.perf_counter() < began + SECONDS:
                    await self._one(client)
                    done += 1
                return done

            done = sum(await asyncio.gather(*(one_client() for _ in range(CLIENTS))))
            passed = time.perf_counter() - began
        self.cpu_ms.append(1000 * (self._cpu() - spent) / done)
        return done / passed

    async def crowd(self) -> tuple[list[float], float]:
        """The waits of other requests while 200 sign in at once, and how much memory that took at most, in MiB."""
        await self._identity.forget_codes()
        before, most = self._memory(), 0.0
        other = self._another()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            crowd = asyncio.gather(*(self._one(client) for _ in range(CROWD)))
            while not crowd.done():
                await asyncio.sleep(0.05)
                most = max(most, self._memory())
            await crowd
        return other.stop(), most - before

    def alone(self) -> list[float]:
        """The waits of the same requests with nobody else there."""
        other = self._another()
        time.sleep(SECONDS)
        return other.stop()

    def _another(self) -> Asking:
        return Asking(f"{self._identity.url}/keys", self._identity.headers("GET", "/keys"))

    async def _one(self, client: aiohttp.ClientSession) -> None:
        status = await self._identity.sign_in(client, next(self._people))
        if status != 201:
            raise RuntimeError(f"a sign-in was answered with {status}")

    def _memory(self) -> float:
        return float(self._identity.process.memory_info().rss) / (1 << 20)

    def _cpu(self) -> float:
        times = self._identity.process.cpu_times()
        return float(times.user + times.system)


def bare_argon2() -> float:
    """Checks a second of a loop that does nothing else, for each core that the process may hash on."""
    known = OWASP.hash(PASSWORD)

    def check() -> int:
        Argon2id.verify_phc_encoded(PASSWORD, known)
        return 1

    return _on_each_core(check)


def stock_argon2_cffi() -> float:
    """The same with argon2-cffi's wheel."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=OWASP.rounds, memory_cost=OWASP.memory_bytes >> 10, parallelism=1)
    known = hasher.hash(PASSWORD)
    return _on_each_core(lambda: int(hasher.verify(known, PASSWORD)))


def _on_each_core(check: Callable[[], int]) -> float:
    # In a thread, as the process has it: the main one gives the memory back between two passwords, which costs a third.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(rate, check, SECONDS / 2).result() * AT_ONCE


def token_checks(issuer: Issuer) -> float:
    """Access tokens that were never seen before, checked in full."""
    key = load_signing_key(issuer.key_folder, "identity")
    trust, moment = Trust(issuer.trust_folder), now()
    tokens = iter([issue_access_token(key, a_member(), moment) for _ in range(30_000)])
    return rate(lambda: int(read_access_token(next(tokens), trust, moment) is not None), 1.0)


def raw_ed25519() -> float:
    """Signatures over as many bytes."""
    private = Ed25519PrivateKey.generate()
    public, message = private.public_key(), bytes(500)
    signature = private.sign(message)

    def check() -> int:
        public.verify(signature, message)
        return 1

    return rate(check, 1.0)


def measure(identity: RunningIdentity) -> Result:
    """Five rounds of everything, then the crowd."""
    result, sign_ins = Result("login"), SignIns(identity)
    seen = interleaved(
        {
            "sign_ins": sign_ins.a_second,
            "bare_argon2": bare_argon2,
            "argon2_cffi": stock_argon2_cffi,
            "token_checks": lambda: token_checks(identity.issuer),
            "raw_ed25519": raw_ed25519,
        }
    )
    for name, series in seen.items():
        result.details[name] = series.told()
    result.add("logins_vs_bare_argon2", seen["sign_ins"].median / seen["bare_argon2"].median, 0.9)
    result.add("logins_vs_argon2_cffi", seen["sign_ins"].median / seen["argon2_cffi"].median, 0.9)
    result.add("token_checks_vs_raw_ed25519", seen["token_checks"].median / seen["raw_ed25519"].median, 0.6)
    quiet = sign_ins.alone()
    busy, memory = asyncio.run(sign_ins.crowd())
    result.add("others_p95_beside_200_sign_ins", _p95(busy) / _p95(quiet), 3.0)
    result.details["cpu_of_a_sign_in"] = f"{statistics.median(sign_ins.cpu_ms):.1f} ms of the process, hashing included"
    result.details["memory_of_200_sign_ins"] = f"{memory:.0f} MiB (bound {MEMORY_BOUND_MIB} MiB)"
    result.details["others_p95"] = f"{1000 * _p95(quiet):.1f} ms alone, {1000 * _p95(busy):.1f} ms beside them"
    return result


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


def main() -> None:
    options = arguments("login")
    servers = PrivateServers()
    try:
        with one_identity(servers.start()) as identity:
            result = measure(identity)
    finally:
        servers.stop()
    result.tell(as_json=options.json)


if __name__ == "__main__":
    main()
