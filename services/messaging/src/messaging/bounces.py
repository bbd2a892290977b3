"""Where mails come back to: an SMTP server that takes delivery reports for our envelope senders, and nothing else."""

import asyncio
from collections.abc import Callable
from typing import Final, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from shared.bus.serving import run_until_stopped
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import UnitOfWork
from shared.health import database_answers
from shared.http.health import make_health_app
from shared.http.server import make_server
from shared.logging import get_logger
from sqlalchemy.ext.asyncio import AsyncEngine

from messaging.delivery_reports import read_report
from messaging.keyring import Keyring
from messaging.settings import SERVICE, BouncesSettings
from messaging.use_cases.note_bounce import note_bounce

LARGEST_REPORT: Final = 16 << 20
"""Bytes: some servers return the whole mail."""
MOST_AT_ONCE: Final = 20
_STEP_SECONDS: Final = 60.0
_NULL_SENDER: Final = "<>"
log = get_logger("bounces")


async def run_bounces(settings: BouncesSettings) -> None:
    """Takes reports until it is told to stop; answers /health on the settings' port."""
    engine = make_engine(settings.database_url, SERVICE, pool_size=5)
    sessions = make_sessions(engine)
    desk = Desk(Keyring(settings.key_folder), lambda: UnitOfWork(sessions, SERVICE))
    try:
        health = make_server(make_health_app(_Ready(engine)), settings.host, settings.port)
        await run_until_stopped(_listen(desk, settings), health.serve())
    finally:
        await engine.dispose()


class Desk:
    """What the server asks at each step (RFC 5321). It answers 250 once what was reported is written down."""

    def __init__(self, keyring: Keyring, unit_of_work: Callable[[], UnitOfWork]) -> None:
        self._keyring = keyring
        self._unit_of_work = unit_of_work

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names its hooks so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        # RFC 5321 section 4.5.5: a report has no sender. What has one is an answer, which is nobody's to read here.
        if address != _NULL_SENDER:
            return "550 5.7.1 Delivery reports alone are taken here"
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        if self._keyring.read_bounce_token(address.partition("@")[0]) is None:
            return "550 5.1.1 No such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        copy = self._keyring.read_bounce_token(envelope.rcpt_tos[0].partition("@")[0])
        failure = read_report(envelope.original_content or b"")
        if copy is None or failure is None:
            return "250 2.0.0 Taken"
        try:
            await note_bounce(self._unit_of_work, *copy, failure)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other server keeps the report and comes again
            log.warning("report_not_taken", error=error)
            return "451 4.3.0 Not now"
        return "250 2.0.0 Taken"


class _Ready:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ready(self) -> None:
        await database_answers(self._engine)


class _Speaker(SMTP):
    """One connection; it says when it has ended."""

    def __init__(self, desk: Desk, ended: Callable[[], None]) -> None:
        super().__init__(
            desk, data_size_limit=LARGEST_REPORT, hostname="ourwatch", ident="OurWatch", timeout=_STEP_SECONDS
        )
        self._ended = ended

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._ended()


class _Busy(asyncio.Protocol):
    """For whoever comes while all places are taken: their server comes again."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(b"421 4.3.2 Busy, come again\r\n")
        transport.close()


async def _listen(desk: Desk, settings: BouncesSettings) -> None:
    places = MOST_AT_ONCE

    def free() -> None:
        nonlocal places
        places += 1

    def speak() -> asyncio.BaseProtocol:
        nonlocal places
        if not places:
            return _Busy()
        places -= 1
        return _Speaker(desk, free)

    server = await asyncio.get_running_loop().create_server(speak, settings.host, settings.bounce_port)
    async with server:
        await server.serve_forever()
