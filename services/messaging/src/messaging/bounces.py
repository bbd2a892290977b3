"""Where mails come back to: an SMTP server that takes delivery reports for our envelope senders, and nothing else."""

import asyncio
from collections.abc import Callable
from typing import Final

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

LARGEST_REPORT: Final = 1 << 20
"""Bytes. Servers return a mail's header, or the first 50 to 100 KB of it."""
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
        if copy is not None and failure is not None:
            await note_bounce(self._unit_of_work, *copy, failure)
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever it is, the report comes again: the other server keeps it."""
        log.warning("report_not_taken", error=error)
        return "451 4.3.0 Not now"


class _Ready:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ready(self) -> None:
        await database_answers(self._engine)


async def _listen(desk: Desk, settings: BouncesSettings) -> None:
    loop = asyncio.get_running_loop()

    def speak() -> SMTP:
        return SMTP(
            desk,
            data_size_limit=LARGEST_REPORT,
            hostname="ourwatch",
            ident="OurWatch",
            timeout=_STEP_SECONDS,
            loop=loop,
        )

    server = await loop.create_server(speak, settings.host, settings.bounce_port)
    async with server:
        await server.serve_forever()
