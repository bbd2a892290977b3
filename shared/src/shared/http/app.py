"""Builds a service's HTTP application: the same door, errors and health everywhere."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from shared.auth.internal import ISSUER
from shared.auth.keyfiles import Trust
from shared.http import problems
from shared.http.door import Door
from shared.http.idempotency import LARGEST_BODY


class Resources(Protocol):
    """What a service's bootstrap builds. `ready` raises while something needed does not answer."""

    async def ready(self) -> None: ...


def make_app(
    title: str,
    *,
    routers: Sequence[APIRouter],
    trust: Trust,
    audience: str | None,
    caller: str = ISSUER,
    resources: Callable[[], AbstractAsyncContextManager[Resources]],
) -> FastAPI:
    """An application that answers only what came through the gateway, or from another `caller`.

    `audience` is the service's own name.

    Its resources live from start to stop and stand in `app.state.resources`; its key sets in `app.state.trust`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with resources() as built:
            app.state.resources = built
            yield

    app = FastAPI(
        title=title,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=LARGEST_BODY,
    )
    app.state.trust = trust
    for router in routers:
        app.include_router(router)
    app.include_router(_health())
    problems.install(app)
    app.add_middleware(Door, trust=trust, audience=audience, caller=caller)
    return app


def make_health_app(resources: Resources) -> FastAPI:
    """An application that says whether a worker is well, and nothing else."""
    app = FastAPI(title="health", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.resources = resources
    app.include_router(_health())
    problems.install(app)
    return app


def _health() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"status": "live"})

    @router.get("/health/ready")
    async def ready(request: Request) -> Response:
        resources: Resources = request.app.state.resources
        await resources.ready()
        return JSONResponse({"status": "ready"})

    return router
