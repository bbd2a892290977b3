"""The gateway's application: health for whoever runs it, a word to browsers, and the door for everybody else."""

from shared.http.door import HEALTH
from shared.http.health import make_health_app
from shared.http.pages import page
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.bootstrap import Resources

_WELCOME = page(
    "Welcome",
    "<p>A secure home for community safety groups: Neighbourhood Watch schemes, community groups and police Ward "
    "Panels.</p><p>It is running. This address is for programs and has no pages to click through; what they can ask "
    "for is described in <code>README.md</code> and <code>services/gateway/ACCESS.md</code>.</p>",
)


def create_app(resources: Resources) -> ASGIApp:
    """The application that `python -m gateway api` serves."""
    health = make_health_app(resources)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["method"], scope["raw_path"]) == ("GET", b"/"):
            await _WELCOME(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] not in HEALTH:
            await resources.entrance(scope, receive, send)
        else:
            await health(scope, receive, send)

    return app
