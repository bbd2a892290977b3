"""Refusals as RFC 9457 problem+json: a stable `code`, a plain sentence, the correlation id; never what was sent."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from shared.logging import current_correlation_id

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2

# The one table that reads the kinds of refusal as HTTP.
STATUS_OF: dict[type[Refusal], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Forbidden: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """A problem document. `extra` are further members, which may quote field names and never values."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "correlation_id": str(current_correlation_id()),
        **extra,
    }
    fixed = {"cache-control": "no-store", **(headers or {})}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        fixed.setdefault("retry-after", str(RETRY_AFTER_SECONDS))
    return JSONResponse(body, status, fixed, MEDIA_TYPE)


def problem_of(refusal: Refusal) -> JSONResponse:
    """The problem document of a refusal."""
    status = next(status for kind, status in STATUS_OF.items() if isinstance(refusal, kind))
    if refusal.retry_after is None:
        return problem(status, refusal.code, refusal.message)
    if status is HTTPStatus.FORBIDDEN:
        status = HTTPStatus.TOO_MANY_REQUESTS
    return problem(status, refusal.code, refusal.message, headers={"retry-after": str(refusal.retry_after)})
