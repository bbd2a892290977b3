"""Whether a process is well, for whoever runs it."""

from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.http.failures import FAILURES


class Resources(Protocol):
    """What a process's bootstrap builds. `ready` raises while something needed does not answer."""

    async def ready(self) -> None: ...


async def _live(_request: Request) -> Response:
    return JSONResponse({"status": "live"})


async def _ready(request: Request) -> Response:
    resources: Resources = request.app.state.resources
    await resources.ready()
    return JSONResponse({"status": "ready"})


HEALTH_ROUTES = (Route("/health/live", _live), Route("/health/ready", _ready))
"""For an application with its resources in `app.state.resources`."""


def make_health_app(resources: Resources) -> Starlette:
    """An application that says whether a worker or the gateway is well, and nothing else."""
    app = Starlette(routes=HEALTH_ROUTES, exception_handlers=FAILURES)
    app.state.resources = resources
    return app
