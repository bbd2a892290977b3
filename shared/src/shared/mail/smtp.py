"""Sending over SMTP, with a deadline on every step."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, cast

import aiosmtplib
from yarl import URL

from shared.mail.pipeline import OutgoingMail, Pipeline, Result, Untried
from shared.mail.refusals import MailNotTaken, refusal

__all__ = ["MailNotTaken", "OutgoingMail", "Relay", "SmtpSession", "Untried"]

STEP_SECONDS = 15


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
        self._pipeline: Pipeline | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._client.connect()
            if not self._client.last_ehlo_response:
                await self._client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise MailNotTaken(permanent=False, code=0) from error
        transport = self._client.transport
        if self._client.supports_extension("pipelining") and transport is not None:
            self._pipeline = Pipeline(cast("asyncio.Transport", transport), STEP_SECONDS)
        return self

    async def send(self, sender: str, to: str, content: bytes) -> None:
        """Hands over one serialised mail; returns once the relay has taken it, else MailNotTaken."""
        (result,) = await self.send_all([OutgoingMail(sender, to, content)])
        if result is not None:
            raise result if isinstance(result, MailNotTaken) else MailNotTaken(permanent=False, code=0)

    async def send_all(self, mails: Sequence[OutgoingMail], stop_at: float = math.inf) -> list[Result]:
        """What became of each, in order. None is begun after the loop's time `stop_at`, or on a lost connection."""
        if self._pipeline is not None:
            return await self._pipeline.send(mails, stop_at)
        results: list[Result] = []
        for mail in mails:
            is_over = asyncio.get_running_loop().time() >= stop_at or not self._client.is_connected
            results.append(Untried.UNTRIED if is_over else await self._send_one(mail))
        return results

    async def _send_one(self, mail: OutgoingMail) -> Result:
        try:
            await self._client.sendmail(mail.sender, [mail.to], mail.content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return refusal(error.recipients[0].code, error.recipients[0].message, of_recipient=True)
        except aiosmtplib.SMTPResponseException as error:
            return refusal(error.code, error.message, of_recipient=False)
        except (aiosmtplib.SMTPException, OSError):
            _end_if_cancelled()
            self._client.close()
            return MailNotTaken(permanent=False, code=0)
        return None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def _end_if_cancelled() -> None:
    # The library takes a cancellation for a lost connection; whoever was told to stop must not go on with the next.
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
