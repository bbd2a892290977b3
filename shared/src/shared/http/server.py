"""Serves an application until the process is told to stop."""

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.shedding import Shedding

BACKLOG = 512
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 10
MOST_AT_ONCE = 400
# Idle connections cost little and must not crowd out requests, so there may be many more of them.
MOST_CONNECTIONS = 10 * MOST_AT_ONCE


class _AsSent(HttpToolsProtocol):
    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        # The parser drops scheme, host and fragment without a word; whoever checks the target is to see them.
        self.scope["raw_path"], _, self.scope["query_string"] = self.url.partition(b"?")

    def on_body(self, body: bytes) -> None:
        # Alone since the last `receive`, a piece is handed on as it is: the server would copy it twice.
        held: bytearray | bytes = self.cycle.body
        # Its type says bytearray; all it does with it is `+=`, `len` and `bytes`, which bytes take as well.
        if not held:
            self.cycle.body = b""  # type: ignore[assignment]
        elif type(held) is bytes:
            self.cycle.body = bytearray(held)  # many small ones are gathered as the server does
        super().on_body(body)


def make_server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server that sheds load over 400 requests at once with 503, and drains for 10 s when stopped."""
    return uvicorn.Server(
        uvicorn.Config(
            Shedding(app, MOST_AT_ONCE),
            host=host,
            port=port,
            loop="uvloop",
            http=_AsSent,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
