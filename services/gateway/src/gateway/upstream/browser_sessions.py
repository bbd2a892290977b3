"""Exchanges what a browser keeps for an access token, which never leaves our side of the gateway."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from shared.auth.principal import Plane
from shared.logging import get_logger
from yarl import URL

from gateway.domain.errors import ServiceUnreachable
from gateway.upstream.revocations import Revocations
from gateway.upstream.services import Services

TARGET = "/internal/browser-sessions"
SECONDS = 3
MOST_REMEMBERED = 20_000
# A token that is handed on must outlive the wait for a body, which is 30 s.
MARGIN = timedelta(seconds=60)

log = get_logger("gateway.browser_sessions")


@dataclass(frozen=True, slots=True)
class _Exchanged:
    access_token: str
    good_until: datetime


class BrowserSessions:
    """Access tokens by the SHA-256 of what was exchanged for them, until shortly before they run out.

    A cookie is asked for again every four minutes. What ends it sooner is known from the poll.
    """

    def __init__(self, services: Services, revocations: Revocations) -> None:
        self._services = services
        self._revocations = revocations
        self._known: dict[tuple[Plane, str], _Exchanged] = {}

    async def access_token(self, secret: str, plane: Plane, now: datetime) -> str | None:
        """None where no session of this plane is kept by this secret; ServiceUnreachable without an answer in 3 s."""
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if self._revocations.is_replaced(digest):
            return None
        known = self._known.get((plane, digest))
        if known is None or known.good_until <= now:
            self._known.pop((plane, digest), None)
            known = await self._exchange(secret, plane)
            if known is None:
                return None
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[plane, digest] = known
        return known.access_token

    async def _exchange(self, secret: str, plane: Plane) -> _Exchanged | None:
        headers = self._services.headers("identity", "POST", TARGET, None)
        try:
            async with self._services.asking.post(
                URL(self._services.url("identity", TARGET), encoded=True),
                json={"secret": secret, "plane": plane.value},
                headers=headers | {"content-type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=SECONDS),
            ) as answer:
                if answer.status == 404:
                    return None
                if answer.status == 200:
                    told = await answer.json()
                    return _Exchanged(told["access_token"], datetime.fromisoformat(told["expires_at"]) - MARGIN)
                log.error("no_exchange", status=answer.status)
                raise ServiceUnreachable
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise ServiceUnreachable from error
