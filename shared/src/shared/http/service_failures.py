"""What fails in a service beyond that, as a problem document: a request that is not valid, and the database."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import asyncpg
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from shared.http.failures import FAILURES, Failure, Handler, out_of_reach, unknown
from shared.http.pages import page
from shared.http.problems import problem

MOST_ERRORS = 20
LONGEST_PLACE = 200


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


async def _database_error(request: Request, error: Exception) -> Response:
    cause = getattr(error, "orig", None)
    gone = isinstance(error, InterfaceError | OperationalError) or getattr(error, "connection_invalidated", False)
    sqlstate = getattr(cause, "sqlstate", None) or ""
    # 08 connection, 53 resources, 57 operator intervention, 40 retry the transaction, 55P03 lock not available
    if gone or sqlstate[:2] in {"08", "53", "57", "40"} or sqlstate == "55P03":
        return await out_of_reach(request, error)
    return await unknown(request, error)


SERVICE_FAILURES: Mapping[Failure, Handler] = {
    **FAILURES,
    RequestValidationError: _not_valid,
    DBAPIError: _database_error,
    PoolTimeout: out_of_reach,
    asyncpg.PostgresConnectionError: out_of_reach,
}
