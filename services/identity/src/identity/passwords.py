"""Argon2id in a bounded pool: hashing takes a core, so that all but one may be busy with it."""

import asyncio
import os
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import anyio
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from identity.domain.errors import TooManyAtOnce
from identity.domain.passwords import SHORTEST_BESIDE_A_FACTOR


@dataclass(frozen=True, slots=True)
class Cost:
    """What hashing a password takes, in one lane."""

    memory_bytes: int
    rounds: int

    @property
    def parameters(self) -> str:
        """As every hash of this cost begins."""
        return f"$argon2id$v=19$m={self.memory_bytes >> 10},t={self.rounds},p=1$"

    def hash(self, password: bytes) -> str:
        """In the PHC string format, with a salt of its own."""
        salt, kibibytes = secrets.token_bytes(16), self.memory_bytes >> 10
        hashing = Argon2id(salt=salt, length=32, iterations=self.rounds, lanes=1, memory_cost=kibibytes)
        return hashing.derive_phc_encoded(password)


OWASP = Cost(19 << 20, 2)
"""OWASP's minimum for Argon2id (RFC 9106)."""
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
UNDER_WAY = 3 * AT_ONCE
"""Sign-ins that may be under way: one is hashed, one waits to be, and one looks into the database."""
MOST_WAITING = 256
"""Sign-ins that may wait for their turn: they hold a password each, and neither a connection nor 19 MiB."""

# What everybody tries first, from leaked lists; shorter ones are refused for their length.
COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST_BESIDE_A_FACTOR)

Found = TypeVar("Found")


class Hasher:
    """Hashes and checks passwords. Raises TooManyAtOnce where more wait than could be served in good time."""

    def __init__(self, cost: Cost = OWASP) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(AT_ONCE, "hashing")
        # One more than are hashed, so that no core waits until the next one is brought.
        self._pool = anyio.CapacityLimiter(AT_ONCE + 1)
        self._turns = anyio.CapacityLimiter(UNDER_WAY)
        self._nobody = _hash("nobody has this password", cost)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Somebody's turn to sign in: a crowd waits here, before it asks anything of anybody."""
        _check_room(self._turns)
        async with self._turns:
            yield

    async def hash(self, password: str) -> str:
        return await self._run(_hash, password, self._cost)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. Without a hash it takes as long and is False: no account shows by time."""
        right = await self._run(_matches, password_hash or self._nobody, password)
        return right and bool(password_hash)

    async def renewed(self, password_hash: str, password: str) -> str:
        """The hash to keep for a password that was just found right: a new one where ours have become stronger."""
        return password_hash if password_hash.startswith(self._cost.parameters) else await self.hash(password)

    async def _run(self, work: Callable[..., Found], *given: str | Cost) -> Found:
        _check_room(self._pool)
        async with self._pool:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


def _check_room(limiter: anyio.CapacityLimiter) -> None:
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise TooManyAtOnce


def _hash(password: str, cost: Cost) -> str:
    return cost.hash(_bytes(password))


def _matches(password_hash: str, password: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_bytes(password), password_hash)
    except (InvalidKey, ValueError):  # another password, or no hash at all
        return False
    return True


def _bytes(password: str) -> bytes:
    # The same letter typed on two keyboards is the same password (NIST SP 800-63B-4 section 3.1.1.2).
    return unicodedata.normalize("NFKC", password).encode()
