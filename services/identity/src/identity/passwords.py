"""Argon2id in a bounded pool: hashing takes a core, so only two run at once."""

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 2, 1
AT_ONCE = 2


class Hasher:
    """Hashes and checks passwords with the parameters of OWASP's minimum for Argon2id (RFC 9106)."""

    def __init__(self) -> None:
        self._argon = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._pool = anyio.CapacityLimiter(AT_ONCE)
        self._nobody = self._argon.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        return await anyio.to_thread.run_sync(self._argon.hash, password, limiter=self._pool)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. Without a hash it takes as long and is False: no account shows by time."""
        return await anyio.to_thread.run_sync(self._matches, password_hash, password, limiter=self._pool)

    def _matches(self, password_hash: str | None, password: str) -> bool:
        try:
            self._argon.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
