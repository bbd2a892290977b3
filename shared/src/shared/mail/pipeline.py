"""Many mails over one connection with one round trip each (RFC 2920): a mail's commands go with the last one's end."""

import asyncio
from collections import deque
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from shared.mail.refusals import MailNotTaken, refusal

_CRLF: Final = b"\r\n"
_LONGEST_ANSWER: Final = 1 << 16
_CLOSING: Final = 421


class OutgoingMail(NamedTuple):
    """A serialised mail on its way from one address to one other."""

    sender: str
    to: str
    content: bytes


class Untried(Enum):
    """No attempt was made: the connection ended before, or time did."""

    UNTRIED = auto()


Result = MailNotTaken | Untried | None
"""What became of a mail; None where the relay took it."""


class _Step(Enum):
    RESET = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    CONTENT = auto()


_AS_WISHED: Final = {
    _Step.RESET: frozenset({250}),
    _Step.MAIL: frozenset({250}),
    _Step.RCPT: frozenset({250, 251, 252}),
    _Step.DATA: frozenset({354}),
    _Step.CONTENT: frozenset({250}),
}


class Pipeline(asyncio.Protocol):
    """Speaks on a connection that has said EHLO and whose server offers PIPELINING. One batch at a time."""

    def __init__(self, transport: asyncio.Transport, step_seconds: float) -> None:
        """Takes the connection over. A server that is silent for `step_seconds` has hung up."""
        self._transport = transport
        self._step_seconds = step_seconds
        self._loop = asyncio.get_running_loop()
        self._awaited: deque[tuple[_Step, int]] = deque()
        self._received = bytearray()
        self._done: asyncio.Future[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._is_closed = transport.is_closing()
        transport.set_protocol(self)

    async def send(self, mails: Sequence[OutgoingMail], stop_at: float) -> list[Result]:
        """One result for each, in order. No mail is begun after the loop's time `stop_at`."""
        self._mails, self._stop_at = mails, stop_at
        self._results: list[Result] = [Untried.UNTRIED] * len(mails)
        opening = self._opening_of(0)
        if self._is_closed or not opening:
            return self._results
        self._done = self._loop.create_future()
        self._heard_at = self._loop.time()
        self._transport.write(opening)
        self._watch()
        try:
            await self._done
        except asyncio.CancelledError:
            # What it was in the middle of cannot go on.
            self._hang_up()
            raise
        finally:
            self._done = None
            if self._patience is not None:
                self._patience.cancel()
        return self._results

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._heard_at = self._loop.time()
        *lines, rest = bytes(self._received).split(b"\n")
        self._received = bytearray(rest)
        if len(rest) > _LONGEST_ANSWER:
            self._hang_up()
        for line in lines:
            if line[3:4] != b"-" and not self._is_closed:
                self._hear(line)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._end()

    def _hang_up(self) -> None:
        self._transport.abort()
        self._end()

    def _end(self) -> None:
        self._is_closed = True
        for step, number in self._awaited:
            # Without an answer to its content the relay may have taken the mail all the same.
            if step is _Step.CONTENT and self._results[number] is Untried.UNTRIED:
                self._results[number] = MailNotTaken(permanent=False, code=0)
        self._awaited.clear()
        self._finish()

    def _hear(self, line: bytes) -> None:
        code, said = int(line[:3]) if line[:3].isdigit() else 0, line[4:].decode("ascii", "replace").strip()
        if not self._awaited or not (code in _AS_WISHED[self._awaited[0][0]] or 400 <= code < 600):
            # What this answers nobody knows.
            self._hang_up()
            return
        step, number = self._awaited.popleft()
        if step is _Step.CONTENT:
            self._conclude(number, None if code < 400 else refusal(code, said, of_recipient=False))
            if self._is_closed:
                return
            if number + 1 == len(self._mails) or not self._awaited:
                self._finish()
        elif step is _Step.DATA:
            self._answer_to_data(number, code, said)
        elif code >= 400 and step is not _Step.RESET:
            self._conclude(number, refusal(code, said, of_recipient=step is _Step.RCPT))

    def _answer_to_data(self, number: int, code: int, said: str) -> None:
        is_refused = self._results[number] is not Untried.UNTRIED
        if code == 354:
            # Where nobody is left to get it the server is told nothing (RFC 2920 section 3.1).
            content = b"." + _CRLF if is_refused else _stuffed(self._mails[number].content)
            self._awaited.append((_Step.CONTENT, number))
            self._transport.write(content + self._opening_of(number + 1))
            return
        if not is_refused:
            self._conclude(number, refusal(code, said, of_recipient=False))
        if self._is_closed:
            return
        opening = self._opening_of(number + 1, after_refusal=True)
        if opening:
            self._transport.write(opening)
        else:
            self._finish()

    def _conclude(self, number: int, result: Result) -> None:
        if self._results[number] is Untried.UNTRIED:
            self._results[number] = result
        if isinstance(result, MailNotTaken) and result.code == _CLOSING:
            self._hang_up()

    def _opening_of(self, number: int, *, after_refusal: bool = False) -> bytes:
        # The commands of the next mail, whose answers are awaited from here on; nothing where none is to be begun.
        if number >= len(self._mails) or self._loop.time() >= self._stop_at:
            return b""
        mail = self._mails[number]
        reset = ((_Step.RESET, number),) if after_refusal else ()
        self._awaited.extend((*reset, (_Step.MAIL, number), (_Step.RCPT, number), (_Step.DATA, number)))
        commands = f"MAIL FROM:<{mail.sender}>\r\nRCPT TO:<{mail.to}>\r\nDATA\r\n"
        return (f"RSET\r\n{commands}" if after_refusal else commands).encode("ascii")

    def _watch(self) -> None:
        silent = self._loop.time() - self._heard_at
        if silent >= self._step_seconds:
            self._hang_up()
            return
        self._patience = self._loop.call_later(self._step_seconds - silent, self._watch)

    def _finish(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


def _stuffed(content: bytes) -> bytes:
    # RFC 5321 section 4.5.2: a line's first dot is doubled, and a dot alone is the end.
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(_CRLF) else b"\r\n.\r\n")
