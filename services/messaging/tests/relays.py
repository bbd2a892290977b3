"""A real SMTP server that refuses and holds as a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from messaging.bootstrap import Resources
from messaging.use_cases.send_chunk import ChunkSender
from shared.mail.smtp import Relay

Answer = Callable[[str], str]


class Refusing:
    """A real SMTP server that answers as it is told, by recipient, and keeps what it took."""

    def __init__(self, answer: Answer, data: str = "250 kept") -> None:
        self.answer = answer
        self.data = data
        self.taken: list[tuple[str, bytes]] = []
        self.hold: asyncio.Event | None = None
        self.held = asyncio.Event()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd names its hooks so
        said = self.answer(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.original_content))
        if self.hold is not None:
            self.held.set()
            await self.hold.wait()
        return self.data


@asynccontextmanager
async def an_smtp_server(keeper: Refusing) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def with_relay(resources: Resources, url: str) -> Resources:
    press = resources.sender._press
    return replace(resources, sender=ChunkSender(resources.engine, resources.unit_of_work, press, Relay(url)))
