"""Serves an application until the process is told to stop."""

import uvicorn
from starlette.types import ASGIApp

BACKLOG = 512
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 10
MOST_AT_ONCE = 400


def make_server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server that sheds load over 400 requests at once with 503, and drains for 10 s when stopped."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
