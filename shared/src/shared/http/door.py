"""A service's own door: no request enters that did not come through the gateway, and who asks is read here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.auth import internal, passes
from shared.auth.access import read_access_token
from shared.auth.errors import BadToken
from shared.auth.keyfiles import Trust
from shared.clock import now
from shared.http.headers import CORRELATION_HEADER
from shared.http.problems import problem
from shared.ids import new_id
from shared.logging import causation_id, correlation_id, get_logger

HEALTH = ("/health/live", "/health/ready")

log = get_logger("door")


class Door:
    """ASGI middleware. Checks the internal token, then the access token where one is sent.

    Leaves in the request's state: `principal` (or None), `proof` (the raw pass, or None). `caller` is who may ask: the
    gateway, or the service whose process it is (keys). `audience` None is for a process that has no internal token
    (sign), and takes no request without an access token of its own accord.
    """

    def __init__(
        self,
        app: ASGIApp,
        trust: Trust,
        audience: str | None,
        caller: str = internal.ISSUER,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._app = app
        self._trust = trust
        self._audience = audience
        self._caller = caller
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        correlation_id.set(_correlation(headers))
        causation_id.set(None)
        if scope["path"] not in HEALTH:
            try:
                self._check(scope, headers)
            except BadToken as error:
                log.warning("refused_at_the_door", reason=error.reason)
                answer = problem(401, "auth.not_signed_in", "Please sign in.", headers={"www-authenticate": "Bearer"})
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        moment = self._clock()
        if self._audience is not None:
            internal.check_internal_token(
                _one(headers, internal.HEADER) or "",
                self._trust,
                audience=self._audience,
                method=scope["method"],
                target=target_of(scope),
                now=moment,
                issuer=self._caller,
            )
        state = scope.setdefault("state", {})
        state["proof"] = _one(headers, passes.HEADER)
        state["principal"] = None
        if (authorization := _one(headers, "authorization")) is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer":
                raise BadToken("scheme")
            state["access_token"] = token
            state["principal"] = read_access_token(token, self._trust, moment)


def target_of(scope: Mapping[str, object]) -> str:
    """The path with its query exactly as they stand in the request line."""
    path, query = scope["raw_path"], scope["query_string"]
    assert isinstance(path, bytes)  # noqa: S101 - ASGI says so
    assert isinstance(query, bytes)  # noqa: S101 - ASGI says so
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _one(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    if len(values) > 1:
        raise BadToken(f"{name} sent twice")
    return values[0] if values else None


def _correlation(headers: Headers) -> UUID:
    try:
        return UUID(headers.get(CORRELATION_HEADER, ""))
    except ValueError:
        return new_id()
