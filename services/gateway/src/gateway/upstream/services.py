"""The four services as the gateway reaches them."""

from collections.abc import Mapping

import aiohttp
from shared.auth import internal
from shared.auth.keyfiles import SigningKey
from shared.clock import now
from shared.http.headers import CORRELATION_HEADER
from shared.logging import current_correlation_id

from gateway.domain.rows import Service

CONNECT_SECONDS = 2
BETWEEN_BYTES_SECONDS = 30


def open_connections(most: int) -> aiohttp.ClientSession:
    """Kept-alive connections, half of `most` for one service: connecting 2 s at most, 30 s between two bytes."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=most, limit_per_host=most // 2),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=BETWEEN_BYTES_SECONDS),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
    )


class Services:
    """Addresses and internal tokens: one signing key for each service.

    What clients send goes over `carrying`. What the gateway asks of its own accord has `asking` to itself, which no
    number of slow clients can fill.
    """

    def __init__(
        self,
        carrying: aiohttp.ClientSession,
        asking: aiohttp.ClientSession,
        addresses: Mapping[Service, str],
        keys: Mapping[Service, SigningKey],
    ) -> None:
        self.carrying = carrying
        self.asking = asking
        self._addresses = addresses
        self._keys = keys

    def url(self, service: Service, target: str) -> str:
        return self._addresses[service] + target

    def headers(self, service: Service, method: str, target: str, access_token: str | None) -> dict[str, str]:
        """The headers of a request to a service: the gateway's proof for exactly this, and who asks."""
        token = internal.issue_internal_token(self._keys[service], service, method, target, now())
        headers = {internal.HEADER: token, CORRELATION_HEADER: str(current_correlation_id())}
        if access_token is not None:
            headers["authorization"] = f"Bearer {access_token}"
        return headers
