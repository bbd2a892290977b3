"""What every process that serves does to run: logs, metrics, and an orderly end."""

import uvloop
from starlette.types import ASGIApp

from shared.http.server import make_server
from shared.logging import configure
from shared.metrics import serve_metrics
from shared.settings import ServiceSettings


def observe(settings: ServiceSettings, name: str) -> None:
    """Sets up logging, and metrics on their own port."""
    configure(name, settings.log_level)
    serve_metrics(settings.host, settings.metrics_port)


def serve(app: ASGIApp, settings: ServiceSettings, name: str) -> None:
    """Serves an application until the process is told to stop."""
    observe(settings, name)
    uvloop.run(make_server(app, settings.host, settings.port).serve())
