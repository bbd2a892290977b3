"""What every worker does to run: its parts, housekeeping, health, and an orderly end."""

from collections.abc import Awaitable
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.serving import run_until_stopped
from shared.db.housekeeping import keep_house
from shared.http.health import make_health_app
from shared.http.server import make_server
from shared.settings import ServiceSettings


class WorkerResources(Protocol):
    """What a worker stands on."""

    @property
    def engine(self) -> AsyncEngine: ...

    async def ready(self) -> None: ...


async def run_worker_parts(resources: WorkerResources, settings: ServiceSettings, *parts: Awaitable[None]) -> None:
    """Runs a worker's parts, its housekeeping, and health on its port, until the process is told to stop."""
    health = make_server(make_health_app(resources), settings.host, settings.port)
    await run_until_stopped(*parts, keep_house(resources.engine), health.serve())
