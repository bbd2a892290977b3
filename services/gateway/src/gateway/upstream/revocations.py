"""The sessions and cookies that ended while their access tokens still live, asked of identity every second."""

import asyncio
import time
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import aiohttp
from shared.auth.access import LIFE
from shared.logging import get_logger
from yarl import URL

from gateway.upstream.services import Services

EVERY_SECONDS = 1.0
TRUSTED_SECONDS = 15.0
ASKING_SECONDS = 3
_KEPT_SECONDS = LIFE.total_seconds() + 60

log = get_logger("gateway.revocations")


class Revocations:
    """What the poll knows. `are_known` is False when it is older than 15 s."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ended: dict[UUID, float] = {}
        self._replaced: dict[str, float] = {}
        self._since: datetime | None = None
        self._asked_at: float | None = None

    @property
    def are_known(self) -> bool:
        return self._asked_at is not None and time.monotonic() - self._asked_at <= TRUSTED_SECONDS

    def is_ended(self, session_id: UUID) -> bool:
        return session_id in self._ended

    def is_replaced(self, digest: str) -> bool:
        """Whether a browser keeps another secret in the place of the one with this SHA-256, in hex."""
        return digest in self._replaced

    async def poll_for_ever(self) -> None:
        while True:
            try:
                await self.poll()
            except Exception as error:  # noqa: BLE001 - whatever came, the polling goes on
                log.warning("revocations_not_known", error=error)
            await asyncio.sleep(EVERY_SECONDS)

    async def poll(self) -> None:
        """Asks once."""
        target = "/internal/revocations"
        if self._since is not None:
            target += f"?since={quote(self._since.isoformat(), safe='')}"
        headers = self._services.headers("identity", "GET", target, None)
        asked_at = time.monotonic()
        async with self._services.asking.get(
            URL(self._services.url("identity", target), encoded=True),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=ASKING_SECONDS),
        ) as answer:
            answer.raise_for_status()
            told = await answer.json()
        self._ended.update({UUID(session_id): asked_at for session_id in told["ended"]})
        self._replaced.update(dict.fromkeys(told["replaced"], asked_at))
        self._since = datetime.fromisoformat(told["until"])
        self._asked_at = asked_at
        self._forget(asked_at - _KEPT_SECONDS)

    def _forget(self, before: float) -> None:
        self._ended = {session_id: at for session_id, at in self._ended.items() if at >= before}
        self._replaced = {digest: at for digest, at in self._replaced.items() if at >= before}
