"""A mail relay that keeps everything: `python -m shared.servers.mailsink --port 2525 --maildir FOLDER`."""

import argparse
import asyncio
import email
import email.policy
import itertools
import os
import signal
import socket
import sys
import time
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.servers.errors import ServerUnavailable
from shared.servers.ports import free_port, is_free
from shared.servers.program import Program

_LARGEST_MESSAGE_BYTES = 50 * 1024 * 1024
_IDLE_SECONDS = 300.0
_START_SECONDS = 30.0


class Mailbox:
    """Reads what a sink has kept."""

    def __init__(self, maildir: Path) -> None:
        self._arrived = maildir / "new"
        # What has arrived stays as it is: whoever asks again and again has it read and parsed once.
        self._seen: set[str] = set()
        self._copies: dict[str, list[str]] = {}  # file names by recipient
        self._message = cache(lambda name: _parse((self._arrived / name).read_bytes()))

    def messages(self, to: str | None = None) -> list[EmailMessage]:
        """Every copy, oldest first; `to` asks for those of one envelope recipient (their `Delivered-To`)."""
        there = self._names()
        if to is None:
            return [self._message(name) for name in sorted(there)]
        for name in there - self._seen:
            self._copies.setdefault(_recipient((self._arrived / name).read_bytes()), []).append(name)
            self._seen.add(name)
        return [self._message(name) for name in sorted(self._copies.get(to.lower(), ())) if name in there]

    def count(self) -> int:
        """How many copies arrived."""
        return len(self._names())

    def _names(self) -> set[str]:
        if not self._arrived.is_dir():
            return set()
        return set(os.listdir(self._arrived))  # noqa: PTH208 - pathlib makes an object of each of thousands


class MailSink:
    """A sink as a child program on one port of 127.0.0.1."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.maildir = folder.resolve()
        self.port = port or free_port()
        log = self.maildir.parent / f"{self.maildir.name}.log"
        command = [sys.executable, "-m", "shared.servers.mailsink", "--port", str(self.port)]
        self._program = Program("the mail sink", [*command, "--maildir", self.maildir], log=log)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.maildir)

    @property
    def is_running(self) -> bool:
        return self._program.is_running

    def start(self) -> None:
        """Takes mail when it returns; raises ServerUnavailable if that cannot be."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Begins to start, which `wait` ends: for starting several servers at once."""
        if not is_free(self.port):
            raise ServerUnavailable(f"the mail sink's port {self.port} is taken: stop what listens there")
        self._program.start()

    def wait(self) -> None:
        """Returns when what was launched takes mail."""
        self._program.wait_until(self._answers, seconds=_START_SECONDS)

    def ask_to_stop(self) -> None:
        """Begins to end, which `stop` waits for: for ending several servers at once."""
        self._program.ask_to_stop()

    def stop(self) -> None:
        """Ends the sink; what it said 250 to is on disk."""
        self._program.stop()

    def kill(self) -> None:
        """Ends the sink as a crash would."""
        self._program.kill()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class _Keeper:
    """Writes one file per envelope recipient and answers 250 only when all of them are on disk."""

    def __init__(self, maildir: Path) -> None:
        self._draft = maildir / "tmp"
        self._arrived = maildir / "new"
        for folder in (self._draft, self._arrived, maildir / "cur"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._numbers = itertools.count()

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd names its hooks so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", *responses[-1:]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        number = f"{time.time_ns():020d}.{next(self._numbers):08d}"
        await asyncio.to_thread(self._keep, number, envelope)
        return "250 2.0.0 kept"

    def _keep(self, number: str, envelope: Envelope) -> None:
        for place, recipient in enumerate(envelope.rcpt_tos):
            head = f"Return-Path: <{envelope.mail_from}>\r\n"
            head += f"Delivered-To: {recipient}\r\nX-Original-To: {recipient}\r\n"
            name = f"{number}.{place:04d}.ourwatch"
            with (self._draft / name).open("wb") as file:
                file.write(head.encode() + cast("bytes", envelope.original_content))
                file.flush()
                os.fsync(file.fileno())
            (self._draft / name).rename(self._arrived / name)
        folder = os.open(self._arrived, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


async def _serve(port: int, maildir: Path) -> None:
    loop = asyncio.get_running_loop()
    keeper = _Keeper(maildir)

    def speak() -> SMTP:
        return SMTP(
            keeper,
            data_size_limit=_LARGEST_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",  # or each connection looks the machine's name up
            ident="OurWatch mail sink",
            timeout=_IDLE_SECONDS,
            loop=loop,
        )

    server = await loop.create_server(speak, "127.0.0.1", port, backlog=1024)
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    server.close()


def _recipient(content: bytes) -> str:
    # The second line, which the keeper wrote: thousands of mails are told apart without being parsed.
    return content.split(b"\r\n", 2)[1].decode().partition(": ")[2].lower()


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--maildir", type=Path, required=True)
    chosen = options.parse_args()
    asyncio.run(_serve(chosen.port, chosen.maildir))
