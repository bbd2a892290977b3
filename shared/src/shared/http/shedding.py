"""Sheds what one process cannot carry: a clear no at once is better than an answer too late."""

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Unavailable
from shared.http.door import HEALTH
from shared.http.problems import problem_of


class Overloaded(Unavailable):
    """More requests at once than this process takes."""

    code = "http.overloaded"
    detail = "OurWatch is very busy just now. Please try again in a moment."


class Shedding:
    """ASGI middleware: over `most` requests at once, 503 problem+json with Retry-After. Health is always answered."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._app(scope, receive, send)
        elif self._under_way >= self._most:
            await problem_of(Overloaded())(scope, receive, send)
        else:
            self._under_way += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._under_way -= 1
