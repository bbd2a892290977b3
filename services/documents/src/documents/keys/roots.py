"""The small port behind which the root key lies: it wraps group keys, and nothing else."""

from typing import Protocol

from shared.errors import Unavailable


class RootAway(Unavailable):
    """The root key, or the version of it that is needed, cannot be had now."""

    code = "documents.root_key_unavailable"


class Roots(Protocol):
    """Every version of the root key. The newest wraps, each unwraps. Raises RootAway where it cannot."""

    async def newest(self) -> int:
        """The version under which new group keys are wrapped."""
        ...

    async def wrap(self, version: int, place: bytes, key: bytes) -> bytes:
        """`key` under this version, bound to `place`."""
        ...

    async def unwrap(self, version: int, place: bytes, wrapped: bytes) -> bytes:
        """The key. Raises DoesNotFit for another place, another version and damaged bytes alike."""
        ...

    async def aclose(self) -> None: ...
