"""Requests with a deadline, one idempotency key each, and a repetition where the server says 'in a moment'."""

import ssl
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from ourwatch_client.errors import OurWatchProblem, OurWatchUnreachable

CONNECT_SECONDS = 5
SILENCE_SECONDS = 60
ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 5
_MUTATING = {"POST", "PUT", "PATCH", "DELETE"}

Json = Any  # what a JSON document holds; the models of this package read it


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities, read once for all sessions."""
    return httpx.create_ssl_context()


class Transport:
    """One gateway, and the session's token where there is one.

    `token` is called before each request, so that it can be renewed. A request that changes something carries an
    idempotency key, so repeating it after a lost answer has no second effect.
    """

    def __init__(self, base_url: str, token: Callable[[], str | None] = lambda: None) -> None:
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.Client(base_url=base_url, timeout=timeout, follow_redirects=False, verify=_authorities())
        self._token = token

    def call(self, method: str, path: str, **parts: Any) -> Json:  # Any: httpx's own arguments
        """The JSON answer (None where it is empty); OurWatchProblem for a refusal."""
        answer = self.answer(method, path, **parts)
        return answer.json() if answer.content else None

    def answer(self, method: str, path: str, **parts: Any) -> httpx.Response:  # Any: as above
        """The successful answer itself, repeated while the server says 503; OurWatchProblem for a refusal."""
        headers = self._headers(method, parts.pop("headers", {}))
        for attempt in range(ATTEMPTS):
            try:
                answer = self._http.request(method, path, headers=headers, **parts)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS - 1:
                    raise OurWatchUnreachable(f"{method} {path}") from error
                time.sleep(2**attempt / 4)
                continue
            if answer.is_success:
                return answer
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == ATTEMPTS - 1:
                raise OurWatchProblem.of(answer)
            time.sleep(min(float(answer.headers.get("retry-after", 1)), LONGEST_WAIT_SECONDS))
        raise AssertionError("unreachable")

    def upload(self, path: str, length: int, pieces: Iterator[bytes]) -> Json:
        """Streams a body of a known length; not repeated by itself, since the pieces are gone once read."""
        headers = self._headers("PUT", {"content-type": "application/octet-stream", "content-length": str(length)})
        answer = self._http.put(path, content=pieces, headers=headers)
        if not answer.is_success:
            raise OurWatchProblem.of(answer)
        return answer.json() if answer.content else None

    @contextmanager
    def download(self, method: str, path: str, **parts: Any) -> Iterator[httpx.Response]:  # Any: as above
        """A streamed answer; OurWatchProblem for a refusal."""
        headers = self._headers(method, parts.pop("headers", {}))
        with self._http.stream(method, path, headers=headers, **parts) as answer:
            if not answer.is_success:
                answer.read()
                raise OurWatchProblem.of(answer)
            yield answer

    def close(self) -> None:
        self._http.close()

    def _headers(self, method: str, given: Mapping[str, str]) -> dict[str, str]:
        headers = dict(given)
        if (token := self._token()) is not None:
            headers["authorization"] = f"Bearer {token}"
        if method in _MUTATING:
            headers.setdefault("idempotency-key", uuid.uuid4().hex)
        return headers
