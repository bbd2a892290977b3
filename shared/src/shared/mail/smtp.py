"""Sending over SMTP, with a deadline on every step."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiosmtplib
from yarl import URL

STEP_SECONDS = 15


class MailNotTaken(Exception):
    """The relay did not take a mail. `permanent` is a 5xx; anything else may succeed later."""

    def __init__(self, *, permanent: bool, code: int) -> None:
        self.permanent = permanent
        self.code = code
        super().__init__(f"smtp {code}")


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed over: `smtp://[user:password@]host:port`, or `smtps://` for TLS from the first byte."""

    url: str

    def session(self) -> "SmtpSession":
        return SmtpSession(self.url)


class SmtpSession:
    """One connection, used for many mails; as an async context manager."""

    def __init__(self, url: str) -> None:
        address = URL(url)
        self._client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            use_tls=address.scheme == "smtps",
            timeout=STEP_SECONDS,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailNotTaken(permanent=False, code=0) from error
        return self

    async def send(self, sender: str, to: str, content: bytes) -> None:
        """Hands over one serialised mail; returns once the relay has taken it, else MailNotTaken."""
        try:
            await self._client.sendmail(sender, [to], content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = error.recipients[0].code
            raise MailNotTaken(permanent=_is_permanent(code), code=code) from error
        except aiosmtplib.SMTPResponseException as error:
            raise MailNotTaken(permanent=_is_permanent(error.code), code=error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            _end_if_cancelled()
            raise MailNotTaken(permanent=False, code=0) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def _end_if_cancelled() -> None:
    # The library takes a cancellation for a lost connection; whoever was told to stop must not go on with the next.
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _is_permanent(code: int) -> bool:
    return 500 <= code < 600
