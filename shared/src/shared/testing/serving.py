"""An application on a real loopback port, as it runs in production."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from shared.http.server import make_server
from shared.testing.eventually import eventually


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The address of `app` while it is served on a port that the machine chooses."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(app, "127.0.0.1", 0)
    running = asyncio.create_task(server.serve(sockets=[listening]))

    async def started() -> bool:
        if running.done():
            running.result()
        return server.started

    await eventually(started)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listening.close()
