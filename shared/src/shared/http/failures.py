"""What fails in an application, as a problem document: what may fail in any, with a database or without."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.errors import Refusal, Unavailable
from shared.http.problems import problem, problem_of
from shared.logging import get_logger

Failure = int | type[Exception]
Handler = Callable[[Request, Exception], Coroutine[None, None, Response]]

log = get_logger("http")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for it
    return problem_of(error)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    phrase = HTTPStatus(error.status_code).phrase
    code = f"http.{phrase.lower().replace(' ', '_').replace('-', '_')}"
    return problem(error.status_code, code, f"{phrase}.", headers=error.headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    # Nobody reads it any more. It is no fault of ours either.
    return problem(400, "request.cut_off", "The request ended before all of it had come.")


async def out_of_reach(_request: Request, error: Exception) -> Response:
    log.warning("out_of_reach", error=error)
    return problem_of(Unavailable())


async def unknown(_request: Request, error: Exception) -> Response:
    log.error("unexpected", error=error)
    return problem(500, "unexpected", "Something went wrong on our side. It has been noted.")


FAILURES: Mapping[Failure, Handler] = {
    Refusal: _refused,
    HTTPException: _http_error,
    ClientDisconnect: _gone,
    OSError: out_of_reach,
    TimeoutError: out_of_reach,
    Exception: unknown,
}
