"""Sends a request twenty times at once, and remembers which rows it has tried."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
from gateway.domain.decide import Matcher
from gateway.domain.policy import ROWS
from ourwatch_client.session import Session

AT_ONCE = 20
MATCHER = Matcher(ROWS)


class Repeating:
    """Sends each request twenty times at once and remembers which rows it has tried."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_connections=AT_ONCE))
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self.tried: set[str] = set()

    def send(
        self, who: Session | None, method: str, path: str, *, content_type: str | None = None, **parts: object
    ) -> httpx.Response:
        self.tried.add(MATCHER.match(method, path.partition("?")[0]).row.id)
        headers = {"idempotency-key": uuid4().hex} | ({"content-type": content_type} if content_type else {})
        if who is not None:
            headers["authorization"] = f"Bearer {who.access_token()}"
        sent = [
            self._pool.submit(self._http.request, method, path, headers=headers, **parts)  # type: ignore[arg-type]  # httpx's own arguments
            for _ in range(AT_ONCE)
        ]
        answers = [each.result() for each in sent]
        assert {answer.is_success for answer in answers} == {True}, (path, [a.text for a in answers if a.is_error][:2])
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1, path
        assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1, path
        return answers[0]

    def close(self) -> None:
        self._pool.shutdown()
        self._http.close()
