"""What every process does to run: logs, metrics, health, and an orderly end."""

from collections.abc import Awaitable
from typing import Protocol

import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from shared.bus.serving import run_until_stopped
from shared.db.housekeeping import keep_house
from shared.http.app import make_health_app
from shared.http.server import make_server
from shared.logging import configure
from shared.metrics import serve_metrics
from shared.settings import ServiceSettings


class WorkerResources(Protocol):
    """What a worker stands on."""

    @property
    def engine(self) -> AsyncEngine: ...

    async def ready(self) -> None: ...


def observe(settings: ServiceSettings, name: str) -> None:
    """Sets up logging, and metrics on their own port."""
    configure(name, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)


def serve(app: ASGIApp, settings: ServiceSettings, name: str) -> None:
    """Serves an application until the process is told to stop."""
    observe(settings, name)
    uvloop.run(make_server(app, settings.host, settings.port).serve())


async def run_worker_parts(resources: WorkerResources, settings: ServiceSettings, *parts: Awaitable[None]) -> None:
    """Runs a worker's parts, its housekeeping, and health on its port, until the process is told to stop."""
    health = make_server(make_health_app(resources), settings.host, settings.port)
    await run_until_stopped(*parts, keep_house(resources.engine), health.serve())
