"""Sending over SMTP, with a deadline on every step."""

import asyncio
import re
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiosmtplib
from yarl import URL

STEP_SECONDS = 15

_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
# RFC 3463 sections 3.2 and 3.3: addressing and mailbox; x.1.7 and x.1.8 are about the sender.
_OF_THE_MAILBOX = re.compile(r"5\.(1\.(?![78]\b)|2\.)")
# RFC 5321 section 4.2.3: no such mailbox, not here, full, not a name.
_MAILBOX_CODES = frozenset({550, 551, 552, 553})


class MailNotTaken(Exception):
    """The relay did not take a mail. `permanent` is a 5xx; anything else may succeed later.

    `mailbox_fails` says that it was refused for ever because of the mailbox, not of the mail or of us.
    """

    def __init__(self, *, permanent: bool, code: int, mailbox_fails: bool = False) -> None:
        self.permanent = permanent
        self.code = code
        self.mailbox_fails = mailbox_fails
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
            raise _refusal(error.recipients[0], of_recipient=True) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error, of_recipient=False) from error
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


def _refusal(error: aiosmtplib.SMTPResponseException, *, of_recipient: bool) -> MailNotTaken:
    permanent = 500 <= error.code < 600
    fails = permanent and mailbox_fails(error.code, error.message, of_recipient=of_recipient)
    return MailNotTaken(permanent=permanent, code=error.code, mailbox_fails=fails)


def mailbox_fails(code: int, message: str, *, of_recipient: bool) -> bool:
    """Whether a 5xx is about the mailbox: by its enhanced code, else only where it answers to the recipient alone."""
    if _ENHANCED.match(message):
        return _OF_THE_MAILBOX.match(message) is not None
    return of_recipient and code in _MAILBOX_CODES
