"""Refusals as RFC 9457 problem+json: a stable `code`, a plain sentence, the correlation id; never what was sent."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from shared.http.pages import page
from shared.logging import current_correlation_id, get_logger

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
MOST_ERRORS = 20
LONGEST_PLACE = 200

log = get_logger("http")

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


def install(app: FastAPI) -> None:
    """Makes every error of this app a problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeout, _out_of_reach)
    app.add_exception_handler(OSError, _out_of_reach)
    app.add_exception_handler(TimeoutError, _out_of_reach)
    app.add_exception_handler(Exception, _unknown)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for it
    return problem_of(error)


async def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    is_page = getattr(request.scope.get("route"), "response_class", None) is HTMLResponse
    if is_page and "text/html" in request.headers.get("accept", ""):
        # Somebody with a browser, mostly by a link in a mail of which a part is missing.
        told = "<p>Please open the whole link, as it stands in the mail, and fill in every field of the page.</p>"
        return page("Something is missing", told, HTTPStatus.UNPROCESSABLE_ENTITY)
    wrong = [{"at": _place(e["loc"]), "why": e["type"]} for e in error.errors()[:MOST_ERRORS]]
    return problem(422, "request.invalid", "Some of what was sent is missing or not as it should be.", errors=wrong)


def _place(location: Sequence[object]) -> str:
    # The name of a field that we do not know is the sender's text, and may be as long as the body.
    return ".".join(str(part) for part in location)[:LONGEST_PLACE]


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    phrase = HTTPStatus(error.status_code).phrase
    code = f"http.{phrase.lower().replace(' ', '_').replace('-', '_')}"
    return problem(error.status_code, code, f"{phrase}.", headers=error.headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    # Nobody reads it any more. It is no fault of ours either.
    return problem(400, "request.cut_off", "The request ended before all of it had come.")


async def _database_error(request: Request, error: Exception) -> Response:
    cause = getattr(error, "orig", None)
    gone = isinstance(error, InterfaceError | OperationalError) or getattr(error, "connection_invalidated", False)
    sqlstate = getattr(cause, "sqlstate", None) or ""
    # 08 connection, 53 resources, 57 operator intervention, 40 retry the transaction, 55P03 lock not available
    if gone or sqlstate[:2] in {"08", "53", "57", "40"} or sqlstate == "55P03":
        return await _out_of_reach(request, error)
    return await _unknown(request, error)


async def _out_of_reach(_request: Request, error: Exception) -> Response:
    log.warning("out_of_reach", error=error)
    return problem_of(Unavailable())


async def _unknown(_request: Request, error: Exception) -> Response:
    if isinstance(error, asyncpg.PostgresConnectionError):
        return problem_of(Unavailable())
    log.error("unexpected", error=error)
    return problem(500, "unexpected", "Something went wrong on our side. It has been noted.")
