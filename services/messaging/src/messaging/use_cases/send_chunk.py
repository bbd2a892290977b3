"""A worker sends a chunk in sub-batches of 25: look who is still entitled, send, record (P18, P25, P28)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from shared.blobs.errors import BlobMissing, DamagedCiphertext, LengthMismatch, StoreUnavailable
from shared.bus.outcomes import Done, Retry
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger
from shared.mail.message import UnsafeHeader
from shared.mail.smtp import MailNotTaken, Relay, SmtpSession

from messaging.domain.sends import SUB_BATCH, DeliveryState, wait_before
from messaging.storage.chunks import Chunks, Visit
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.deliveries import Claimed, Deliveries, Outcome
from messaging.storage.questions import forget_question
from messaging.use_cases.print_mail import Mailing, Press, print_mail

LEASE: Final = timedelta(seconds=90)
ONE_MAIL_SECONDS: Final = 20.0
LONGEST_PRINT_SECONDS: Final = 30.0
LONGEST_VISIT_SECONDS: Final = 60.0
LONGEST_RETRY: Final = timedelta(seconds=60)
"""A longer wait is left to the database: the broker counts attempts and gives up, the database never does."""

_CLOSING: Final = 421
_UNPRINTABLE: Final = (BlobMissing, DamagedCiphertext, LengthMismatch, UnsafeHeader)
log = get_logger("sending")


class ChunkSender:
    """Sends chunks; several may hold the same chunk at once, in one process or many, and no mail goes twice."""

    def __init__(self, unit_of_work: Callable[[], UnitOfWork], press: Press, relay: Relay) -> None:
        self._unit_of_work = unit_of_work
        self._press = press
        self._relay = relay

    async def send_chunk(self, uow: UnitOfWork, chunk_id: UUID) -> Done | Retry:
        """Sends what is due. Done, in `uow`, once every delivery has ended or waits for more than a minute.

        Killed at any moment, it leaves at most the 25 in hand to be sent again, with the same Message-ID, counted.
        A mail that can never be printed is `failed` at once; what the store or the relay holds up, after three days.
        """
        async with self._unit_of_work() as looking:
            visit = await Chunks(looking.session).visit(chunk_id)
        least = wait_before(1)
        if visit is not None and not await self._visit(chunk_id, visit):
            least = wait_before(visit.number)
        return await self._go_on(uow, chunk_id, least)

    async def _visit(self, chunk_id: UUID, visit: Visit) -> bool:
        try:
            mailing = await self._print(visit)
        except _UNPRINTABLE as error:
            log.warning("mail_unprintable", error=error)
            await self._settle_unsent(chunk_id, DeliveryState.FAILED, "unprintable")
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is, the deliveries must come to an end (P28)
            away = isinstance(error, (StoreUnavailable, TimeoutError))
            log.warning("mail_not_printed", error=error)
            await self._settle_unsent(chunk_id, DeliveryState.QUEUED, "store_away" if away else "unexpected")
            return False
        try:
            await self._send_due(chunk_id, mailing)
        except MailNotTaken as error:
            log.warning("mail_relay_out_of_reach", error=error)
            await self._settle_unsent(chunk_id, DeliveryState.QUEUED, "relay_away")
            return False
        return True

    async def _print(self, visit: Visit) -> Mailing:
        # A store that trickles would otherwise outlast the consumer's patience, and nothing would be settled.
        async with asyncio.timeout(LONGEST_PRINT_SECONDS):
            return await print_mail(self._unit_of_work, self._press, visit)

    async def _settle_unsent(self, chunk_id: UUID, state: DeliveryState, reason: str) -> None:
        # Claimed all the same: who may no longer be written to is withheld, and what another worker holds is its own.
        taken = SUB_BATCH
        while taken:
            async with self._unit_of_work() as uow:
                deliveries = Deliveries(uow.session, chunk_id)
                claim, taken, mails = await deliveries.claim(LEASE)
                if mails:
                    await deliveries.settle(claim, [Outcome(mail.id, state, reason) for mail in mails])

    async def _send_due(self, chunk_id: UUID, mailing: Mailing) -> None:
        ends_at = _time() + LONGEST_VISIT_SECONDS
        async with self._relay.session() as smtp:
            while _time() < ends_at:
                started = _time()
                async with self._unit_of_work() as uow:
                    claim, taken, mails = await Deliveries(uow.session, chunk_id).claim(LEASE)
                if not taken:
                    return
                outcomes, reachable = await _send_batch(smtp, mailing, mails, started)
                if outcomes:
                    await self._settle(chunk_id, claim, mails, outcomes)
                if not reachable:
                    raise MailNotTaken(permanent=False, code=0)

    async def _settle(self, chunk_id: UUID, claim: UUID, mails: Sequence[Claimed], outcomes: Sequence[Outcome]) -> None:
        failing = [mail.tag for mail, outcome in zip(mails, outcomes, strict=True) if outcome.mailbox_fails]
        reached = [
            mail.tag for mail, outcome in zip(mails, outcomes, strict=True) if outcome.state is DeliveryState.SENT
        ]
        async with self._unit_of_work() as uow:
            await Deliveries(uow.session, chunk_id).settle(claim, outcomes)
            news = bool(failing) or await CommsIssues(uow.session).any_open(reached)
        if not news:
            return
        # By itself: what was sent stays settled whatever happens here, and the next mail finds out again.
        async with self._unit_of_work() as uow:
            issues = CommsIssues(uow.session)
            for event in (*await issues.fail(failing), *await issues.reach(reached)):
                uow.record(event)

    async def _go_on(self, uow: UnitOfWork, chunk_id: UUID, least: timedelta) -> Done | Retry:
        async with self._unit_of_work() as looking:
            wait = await Deliveries(looking.session, chunk_id).next_due()
        if wait is not None:
            wait = max(wait, least)
            if wait <= LONGEST_RETRY:
                return Retry(wait)
        async with uow:
            if wait is None:
                await Chunks(uow.session).end(chunk_id)
                await forget_question(uow.session, chunk_id)
            else:
                await Chunks(uow.session).leave(chunk_id, wait)
        return Done()


async def _send_batch(
    smtp: SmtpSession, mailing: Mailing, mails: Sequence[Claimed], started: float
) -> tuple[list[Outcome], bool]:
    # No mail is begun that could outlast the lease: another worker would take it over and send it too.
    last_start = started + LEASE.total_seconds() - 2 * ONE_MAIL_SECONDS
    outcomes: list[Outcome] = []
    reachable = True
    for mail in mails:
        if reachable and _time() < last_start:
            outcome, reachable = await _send_one(smtp, mailing, mail)
        else:
            outcome = Outcome(mail.id, DeliveryState.QUEUED, untried=True)
        outcomes.append(outcome)
    return outcomes, reachable


async def _send_one(smtp: SmtpSession, mailing: Mailing, mail: Claimed) -> tuple[Outcome, bool]:
    try:
        async with asyncio.timeout(ONE_MAIL_SECONDS):
            await smtp.send(mailing.press.mail_from, mail.email, mailing.copy(mail))
    except UnsafeHeader:
        return Outcome(mail.id, DeliveryState.FAILED, "unsafe_address"), True
    except TimeoutError:
        return Outcome(mail.id, DeliveryState.QUEUED, "no_answer", may_repeat=True), False
    except MailNotTaken as error:
        if error.permanent:
            reason, fails = f"smtp_{error.code}", error.mailbox_fails
            return Outcome(mail.id, DeliveryState.FAILED, reason, mailbox_fails=fails), True
        # Without an answer the relay may have taken the mail all the same.
        broken = error.code == 0
        return (
            Outcome(mail.id, DeliveryState.QUEUED, f"smtp_{error.code}", may_repeat=broken),
            not broken and error.code != _CLOSING,
        )
    except Exception as error:  # noqa: BLE001 - one mail's fault must not make the rest of its batch go twice
        log.warning("mail_failed", error=error)
        return Outcome(mail.id, DeliveryState.QUEUED, "unexpected"), True
    return Outcome(mail.id, DeliveryState.SENT), True


def _time() -> float:
    return asyncio.get_running_loop().time()
