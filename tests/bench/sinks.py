"""Mail servers that throw away what they are sent: Postfix's `smtp-sink`, and one of ours that takes its time."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.servers.ports import free_port, is_free

PROGRAM = "OURWATCH_SMTP_SINK"
_PLACES = ("/usr/sbin/smtp-sink", "/usr/libexec/postfix/smtp-sink")
SLOW_SECONDS = 0.02


class NoSink(Exception):
    """Postfix's `smtp-sink` is not on this machine."""


def smtp_sink() -> str:
    """Where it is: by $OURWATCH_SMTP_SINK, on the path, or where packages put it. Raises NoSink."""
    found = os.environ.get(PROGRAM) or shutil.which("smtp-sink")
    for place in (found, *_PLACES):
        if place and Path(place).exists():
            return place
    raise NoSink(
        "smtp-sink is missing, against which mail is sent here. It comes with Postfix, which need not run:"
        f" install the package `postfix`, or say in {PROGRAM} where smtp-sink is."
    )


@contextmanager
def null_sink() -> Iterator[str]:
    """`smtp-sink`, which takes everything as fast as it can; its `smtp://` address."""
    port = free_port()
    # As root it wants another user to become.
    user = ["-u", pwd.getpwnam("nobody").pw_name] if os.geteuid() == 0 else []
    with _running([smtp_sink(), *user, f"127.0.0.1:{port}", "256"], port) as url:
        yield url


@contextmanager
def slow_sink() -> Iterator[str]:
    """Takes everything, each mail after 20 ms; its `smtp://` address."""
    port = free_port()
    with _running([sys.executable, "-m", "tests.bench.sinks", str(port)], port) as url:
        yield url


@contextmanager
def _running(command: list[str], port: int) -> Iterator[str]:
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 20
        while is_free(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoSink(f"{command[0]} did not start")
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


class _Slow(asyncio.Protocol):
    """As much SMTP as a sender needs to hear."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._rest = b""
        self._is_content = False
        transport.write(b"220 slow\r\n")

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        answers = [answer for line in lines if (answer := self._hear(line))]
        if answers:
            self._transport.write(b"".join(answers))

    def _hear(self, line: bytes) -> bytes:
        if self._is_content:
            if line != b".":
                return b""
            self._is_content = False
            # What was pipelined after it is answered after it.
            asyncio.get_running_loop().call_later(SLOW_SECONDS, self._take)
            self._held: list[bytes] = []
            return b""
        if line.startswith(b"EHLO"):
            answer = b"250-slow\r\n250 PIPELINING\r\n"
        elif line == b"DATA":
            self._is_content = True
            answer = b"354 go\r\n"
        else:
            answer = b"250 ok\r\n"
        if hasattr(self, "_held"):
            self._held.append(answer)
            return b""
        return answer

    def _take(self) -> None:
        held = self._held
        del self._held
        if not self._transport.is_closing():
            self._transport.write(b"250 kept\r\n" + b"".join(held))


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Slow, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1])))
