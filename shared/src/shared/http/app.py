"""Builds a service's HTTP application: the same door, errors and health everywhere."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI

from shared.auth.internal import ISSUER
from shared.auth.keyfiles import Trust
from shared.http.door import Door
from shared.http.health import HEALTH_ROUTES, Resources
from shared.http.idempotency import LARGEST_BODY
from shared.http.service_failures import SERVICE_FAILURES


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
        exception_handlers=dict(SERVICE_FAILURES),
    )
    app.state.trust = trust
    for router in routers:
        app.include_router(router)
    app.router.routes.extend(HEALTH_ROUTES)
    app.add_middleware(Door, trust=trust, audience=audience, caller=caller)
    return app
