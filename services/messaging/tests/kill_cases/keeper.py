"""A mail server that takes pipelined mails, and stands still or hangs up in the middle as a test tells it to."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope

_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>\r$", re.MULTILINE)


class Keeper:
    """Keeps the Message-ID of each mail that it takes by its recipient, before it answers."""

    def __init__(self) -> None:
        self.copies: defaultdict[str, list[str]] = defaultdict(list)
        self.taken = 0
        self._still_from: int | None = None
        self._hang_up_at: int | None = None
        self._stands = asyncio.Event()
        self._goes = asyncio.Event()

    async def stand_still_after(self, mails: int) -> None:
        """Returns once so many more were taken; they and all that follow wait for their answer until `go_on`."""
        self._stands.clear()
        self._goes.clear()
        self._still_from = self.taken + mails
        await self._stands.wait()

    def go_on(self) -> None:
        self._still_from = None
        self._goes.set()

    def hang_up_after(self, mails: int) -> None:
        """So many more are taken, and of the last of them the server says nothing any more."""
        self._hang_up_at = self.taken + mails

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names its hooks so
        self, _server: Any, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", *responses[-1:]]

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        (message_id,) = _MESSAGE_ID.findall(envelope.original_content)
        self.copies[envelope.rcpt_tos[0]].append(message_id.decode())
        self.taken += 1
        if self.taken == self._hang_up_at:
            cast("asyncio.Transport", server.transport).abort()
        if self._still_from is not None and self.taken >= self._still_from:
            self._stands.set()
            await self._goes.wait()
        return "250 kept"


@asynccontextmanager
async def serving(keeper: Keeper) -> AsyncIterator[str]:
    """The address under which it takes mail."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper, hostname="localhost"), "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
