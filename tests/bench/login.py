"""Whole sign-ins of one identity process beside a bare Argon2id loop, and token checks beside raw Ed25519."""

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import aiohttp
import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types
import pyotp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from identity.domain.accounts import Account, AccountState, Authenticator
from identity.domain.devices import Device
from identity.keyring import Keyring, make_keys
from identity.passwords import AT_ONCE, MEMORY_BYTES, ROUNDS
from identity.storage.links import digest
from identity.use_cases.codes import STEP_SECONDS
from nacl.pwhash import argon2id
from pydantic import SecretStr
from shared.auth import internal
from shared.auth.access import issue_access_token, read_access_token
from shared.auth.keyfiles import Trust, load_signing_key
from shared.auth.principal import Plane
from shared.clock import now
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import UnitOfWork
from shared.http.door import SOURCE_HEADER
from shared.ids import new_id
from shared.servers.ports import free_port
from shared.testing.issuer import Issuer, a_member
from shared.testing.private_servers import Addresses, PrivateServers
from shared.testing.service import Ground, prepare

from tests.bench.measure import Result, arguments, interleaved, rate

PASSWORD = b"tram violet thunder biscuit"
PEOPLE = 1500
SECONDS = 4.0
CLIENTS = 4 * AT_ONCE
CROWD = 200
TAG_KEY = "a key for this run alone"


@dataclass(frozen=True, slots=True)
class Someone:
    email: str
    seed: str
    device_token: str


class Bench:
    """One identity process on a database of its own, and people who can sign in to it."""

    def __init__(self, ground: Ground, issuer: Issuer, url: str, process: psutil.Process) -> None:
        self.ground, self.issuer, self.url, self.process = ground, issuer, url, process
        self.cpu_ms: list[float] = []
        self.people = cycle(asyncio.run(_people(ground, issuer)))

    def sign_ins(self) -> float:
        """Sign-ins a second, a few clients at once; each is counted when its session was answered."""
        return asyncio.run(self._sign_ins())

    async def _sign_ins(self) -> float:
        await self._forget_codes()
        async with aiohttp.ClientSession() as client:
            began, ends = time.perf_counter(), time.perf_counter() + SECONDS

            async def one_client() -> int:
                done = 0
                while time.perf_counter() < ends:
                    await self.sign_in(client, next(self.people))
                    done += 1
                return done

            spent = self._cpu()
            done = sum(await asyncio.gather(*(one_client() for _ in range(CLIENTS))))
            self.cpu_ms.append(1000 * (self._cpu() - spent) / done)
            return done / (time.perf_counter() - began)

    async def sign_in(self, client: aiohttp.ClientSession, someone: Someone) -> None:
        code = pyotp.TOTP(someone.seed).generate_otp(int(time.time()) // STEP_SECONDS)
        body = {
            "email": someone.email,
            "password": PASSWORD.decode(),
            "code": code,
            "device_token": someone.device_token,
        }
        headers = self._headers("POST", "/sessions") | {SOURCE_HEADER: someone.email}
        async with client.post(f"{self.url}/sessions", json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()

    async def crowd(self) -> tuple[list[float], float]:
        """The waits of other requests while 200 sign in at once, and the memory that it took at most, in MiB."""
        await self._forget_codes()
        before, most = self._memory(), 0.0
        waits: list[float] = []
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            crowd = asyncio.gather(*(self.sign_in(client, next(self.people)) for _ in range(CROWD)))
            while not crowd.done():
                waits.append(await self._ask(client))
                most = max(most, self._memory())
            await crowd
        return waits, most - before

    async def alone(self) -> list[float]:
        """The waits of the same requests with nobody else there."""
        async with aiohttp.ClientSession() as client:
            return [await self._ask(client) for _ in range(100)]

    async def _ask(self, client: aiohttp.ClientSession) -> float:
        began = time.perf_counter()
        async with client.get(f"{self.url}/keys", headers=self._headers("GET", "/keys")) as answer:
            assert answer.status == 200
            await answer.read()
        waited = time.perf_counter() - began
        await asyncio.sleep(0.02)
        return waited

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def _memory(self) -> float:
        return float(self.process.memory_info().rss) / (1 << 20)

    def _headers(self, method: str, path: str) -> dict[str, str]:
        return {internal.HEADER: self.issuer.internal("identity", method, path)}

    async def _forget_codes(self) -> None:
        # The same people come again within a minute; their codes count as not yet used.
        engine = make_engine(SecretStr(self.ground.database_url), "bench")
        async with engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE authenticators SET last_step = 0")
        await engine.dispose()


async def _people(ground: Ground, issuer: Issuer) -> list[Someone]:
    keyring = Keyring(issuer.key_folder, TAG_KEY)
    password_hash = argon2id.str(PASSWORD, opslimit=ROUNDS, memlimit=MEMORY_BYTES).decode()
    engine = make_engine(SecretStr(ground.database_url), "bench")
    people = []
    async with UnitOfWork(make_sessions(engine), "identity") as uow:
        for number in range(PEOPLE):
            account = Account(
                new_id(), Plane.MEMBER, f"p{number}@example.org", "A", AccountState.ACTIVE, now(), password_hash
            )
            seed = pyotp.random_base32()
            uow.session.add(account)
            await uow.session.flush()
            uow.session.add(Authenticator(account.id, keyring.seal(account.id, seed.encode()), confirmed_at=now()))
            token = secrets.token_urlsafe(32)
            uow.session.add(Device(new_id(), account.id, digest(token), "a phone", now(), now()))
            people.append(Someone(account.email, seed, token))
    await engine.dispose()
    return people


@contextmanager
def one_identity(servers: Addresses) -> Iterator[Bench]:
    """`python -m identity api`, ready."""
    with tempfile.TemporaryDirectory() as folder:
        issuer, ground, port = Issuer(Path(folder)), prepare(servers, "identity", "bench"), free_port()
        make_keys(issuer.key_folder, issuer.trust_folder)
        environment = {
            **os.environ,
            **ground.environment,
            "IDENTITY_TRUST_FOLDER": str(issuer.trust_folder),
            "IDENTITY_KEY_FOLDER": str(issuer.key_folder),
            "IDENTITY_EMAIL_TAG_KEY": TAG_KEY,
            "IDENTITY_SMTP_URL": servers.smtp_url,
            "IDENTITY_MAIL_FROM": "no-reply@ourwatch.test",
            "IDENTITY_PORT": str(port),
            "IDENTITY_LOG_LEVEL": "WARNING",
        }
        process = subprocess.Popen([sys.executable, "-m", "identity", "api"], env=environment)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}")
            yield Bench(ground, issuer, f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("identity did not start")


def bare_argon2() -> float:
    """Checks a second of one loop that does nothing else: the limit of a process that hashes one at a time."""
    known = argon2id.str(PASSWORD, opslimit=ROUNDS, memlimit=MEMORY_BYTES)
    return rate(lambda: int(argon2id.verify(known, PASSWORD)), SECONDS / 2) * AT_ONCE


def stock_argon2_cffi() -> float:
    """The same with argon2-cffi's wheel."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_BYTES >> 10, parallelism=1)
    known = hasher.hash(PASSWORD)
    return rate(lambda: int(hasher.verify(known, PASSWORD)), SECONDS / 2) * AT_ONCE


def token_checks(issuer: Issuer) -> float:
    """Access tokens that were never seen before, checked in full."""
    key = load_signing_key(issuer.key_folder, "identity")
    trust, moment = Trust(issuer.trust_folder), now()
    tokens = iter([issue_access_token(key, a_member(), moment) for _ in range(40_000)])
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


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


def main() -> None:
    options = arguments("login")
    result = Result("login")
    servers = PrivateServers()
    try:
        with one_identity(servers.start()) as bench:
            seen = interleaved(
                {
                    "sign_ins": bench.sign_ins,
                    "bare_argon2": bare_argon2,
                    "argon2_cffi": stock_argon2_cffi,
                    "token_checks": lambda: token_checks(bench.issuer),
                    "raw_ed25519": raw_ed25519,
                }
            )
            for name, series in seen.items():
                result.details[name] = series.told()
            result.add("logins_vs_bare_argon2", seen["sign_ins"].median / seen["bare_argon2"].median, 0.9)
            result.add("logins_vs_argon2_cffi", seen["sign_ins"].median / seen["argon2_cffi"].median, 0.9)
            result.add("token_checks_vs_raw_ed25519", seen["token_checks"].median / seen["raw_ed25519"].median, 0.6)
            result.details["cpu_of_a_sign_in"] = (
                f"{statistics.median(bench.cpu_ms):.1f} ms of the process, hashing included"
            )
            quiet = asyncio.run(bench.alone())
            busy, memory = asyncio.run(bench.crowd())
            result.add("others_p95_beside_200_sign_ins", _p95(busy) / _p95(quiet), 3.0)
            bound = AT_ONCE * (MEMORY_BYTES >> 20) + 64
            result.details["memory_of_200_sign_ins"] = f"{memory:.0f} MiB (bound {bound} MiB)"
            result.details["others_p95"] = f"{1000 * _p95(quiet):.1f} ms alone, {1000 * _p95(busy):.1f} ms beside them"
    finally:
        servers.stop()
    result.tell(as_json=options.json)


if __name__ == "__main__":
    main()
