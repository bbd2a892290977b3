"""A worker, or the gateway, says how it is, and every other answer is a problem as everywhere."""

import httpx
import pytest
from shared.errors import Unavailable
from shared.http.health import make_health_app


class Standing:
    """What a worker stands on; it may fail."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    async def ready(self) -> None:
        if self.failure is not None:
            raise self.failure


def client_of(standing: Standing) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=make_health_app(standing), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://worker.test")


async def test_it_is_live_and_ready() -> None:
    async with client_of(Standing()) as client:
        assert (await client.get("/health/live")).json() == {"status": "live"}
        assert (await client.get("/health/ready")).json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("failure", "status"), [(Unavailable(), 503), (TimeoutError(), 503), (RuntimeError("its row is 7"), 500)]
)
async def test_where_something_fails_it_lives_but_is_not_ready(failure: Exception, status: int) -> None:
    standing = Standing()
    standing.failure = failure
    async with client_of(standing) as client:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert "its row" not in answer.text
        assert (await client.get("/health/live")).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/other", 404), ("POST", "/health/live", 405)])
async def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    async with client_of(Standing()) as client:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
