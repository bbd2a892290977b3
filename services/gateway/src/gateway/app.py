"""The gateway's application: health for whoever runs it, and the door for everybody else."""

from shared.http.app import make_health_app
from shared.http.door import HEALTH
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.bootstrap import Resources


def create_app(resources: Resources) -> ASGIApp:
    """The application that `python -m gateway api` serves."""
    health = make_health_app(resources)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in HEALTH:
            await resources.entrance(scope, receive, send)
        else:
            await health(scope, receive, send)

    return app
