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
from shared.mail.smtp import MailNotTaken, OutgoingMail, Relay, SmtpSession, Untried
from sqlalchemy.ext.asyncio import AsyncEngine

from messaging.domain.sends import DeliveryState, wait_before
from messaging.storage.bounces import Bounces
from messaging.storage.chunks import Chunks, Visit
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.lane import Claimed, Lane, Outcome, hold_chunk
from messaging.storage.questions import forget_question
from messaging.storage.sends import audience_of, expand_chunk
from messaging.use_cases.print_mail import Mailing, Press, print_mail

LONGEST_PRINT_SECONDS: Final = 30.0
LONGEST_VISIT_SECONDS: Final = 60.0
LONGEST_RETRY: Final = timedelta(seconds=60)
"""A longer wait is left to the database: the broker counts attempts and gives up, the database never does."""

_UNPRINTABLE: Final = (BlobMissing, DamagedCiphertext, LengthMismatch, UnsafeHeader)
log = get_logger("sending")


class ChunkSender:
    """Sends chunks. Of several who are told of the same chunk at once, in one process or many, one sends it."""

    def __init__(self, engine: AsyncEngine, unit_of_work: Callable[[], UnitOfWork], press: Press, relay: Relay) -> None:
        self._engine = engine
        self._unit_of_work = unit_of_work
        self._press = press
        self._relay = relay

    async def send_chunk(self, uow: UnitOfWork, chunk_id: UUID) -> Done | Retry:
        """Sends what is due. Done, in `uow`, once every delivery has ended or waits for more than a minute.

        Killed at any moment, it leaves at most the 25 in hand to be sent again, with the same Message-ID, counted.
        A mail that can never be printed is `failed` at once; what the store or the relay holds up, after three days.
        """
        async with hold_chunk(self._engine, chunk_id) as driver:
            if driver is None:
                return Retry(wait_before(1))
            async with self._unit_of_work() as looking:
                visit = await Chunks(looking.session).visit(chunk_id)
                if visit is None:
                    return Done()
                await expand_chunk(looking.session, chunk_id, visit.send_id, visit.organisation_id)
                query = await audience_of(looking.session, visit.send_id, visit.organisation_id)
            lane = Lane(driver, chunk_id, visit, query)
            least = wait_before(1 if await self._visit(lane, visit) else visit.number)
            wait = await lane.next_due()
        return await self._go_on(uow, chunk_id, None if wait is None else max(wait, least))

    async def _visit(self, lane: Lane, visit: Visit) -> bool:
        try:
            mailing = await self._print(visit)
        except _UNPRINTABLE as error:
            log.warning("mail_unprintable", error=error)
            await _settle_unsent(lane, DeliveryState.FAILED, "unprintable")
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is, the deliveries must come to an end (P28)
            away = isinstance(error, (StoreUnavailable, TimeoutError))
            log.warning("mail_not_printed", error=error)
            await _settle_unsent(lane, DeliveryState.QUEUED, "store_away" if away else "unexpected")
            return False
        try:
            await self._send_due(lane, mailing)
        except MailNotTaken as error:
            log.warning("mail_relay_out_of_reach", error=error)
            await _settle_unsent(lane, DeliveryState.QUEUED, "relay_away")
            return False
        return True

    async def _print(self, visit: Visit) -> Mailing:
        # A store that trickles would otherwise outlast the consumer's patience, and nothing would be settled.
        async with asyncio.timeout(LONGEST_PRINT_SECONDS):
            return await print_mail(self._unit_of_work, self._press, visit)

    async def _send_due(self, lane: Lane, mailing: Mailing) -> None:
        ends_at = _time() + LONGEST_VISIT_SECONDS
        outcomes: list[Outcome] = []
        async with self._relay.session() as smtp:
            while _time() < ends_at:
                taken, mails = await lane.step(outcomes)
                if not taken:
                    return
                outcomes = await _send_batch(smtp, mailing, mails, ends_at)
                await self._tell_issues(mails, outcomes)
                if any(outcome.untried for outcome in outcomes) and _time() < ends_at:
                    await lane.settle(outcomes)
                    raise MailNotTaken(permanent=False, code=0)
            await lane.settle(outcomes)

    async def _tell_issues(self, mails: Sequence[Claimed], outcomes: Sequence[Outcome]) -> None:
        known = {mail.tag for mail in mails if mail.is_failing}
        failing = [outcome.tag for outcome in outcomes if outcome.mailbox_fails]
        reached = [outcome.tag for outcome in outcomes if outcome.state is DeliveryState.SENT and outcome.tag in known]
        if not failing and not reached:
            return
        try:
            async with self._unit_of_work() as uow:
                bounces, issues = Bounces(uow.session), CommsIssues(uow.session)
                await issues.hold([*failing, *reached])
                await bounces.refused(failing)
                await bounces.taken(reached)
                for event in (*await issues.fail(failing), *await issues.reach(reached)):
                    uow.record(event)
        except Exception as error:  # noqa: BLE001 - what was sent is settled all the same; the next mail finds out again
            log.warning("issues_not_told", error=error)

    async def _go_on(self, uow: UnitOfWork, chunk_id: UUID, wait: timedelta | None) -> Done | Retry:
        if wait is not None and wait <= LONGEST_RETRY:
            return Retry(wait)
        async with uow:
            if wait is None:
                await Chunks(uow.session).end(chunk_id)
                await forget_question(uow.session, chunk_id)
            else:
                await Chunks(uow.session).leave(chunk_id, wait)
        return Done()


async def _settle_unsent(lane: Lane, state: DeliveryState, reason: str) -> None:
    # Looked at all the same: who may no longer be written to is withheld.
    outcomes: list[Outcome] = []
    while True:
        taken, mails = await lane.step(outcomes)
        if not taken:
            return
        outcomes = [Outcome(mail.tag, state, reason) for mail in mails]


async def _send_batch(smtp: SmtpSession, mailing: Mailing, mails: Sequence[Claimed], stop_at: float) -> list[Outcome]:
    outgoing: list[tuple[Claimed, OutgoingMail]] = []
    outcomes: list[Outcome] = []
    for mail in mails:
        try:
            outgoing.append((mail, OutgoingMail(mailing.returns_to(mail), mail.email, mailing.copy(mail))))
        except UnsafeHeader:
            outcomes.append(Outcome(mail.tag, DeliveryState.FAILED, "unsafe_address"))
    results = await smtp.send_all([copy for _, copy in outgoing], stop_at)
    outcomes += [_outcome(mail.tag, result) for (mail, _), result in zip(outgoing, results, strict=True)]
    return outcomes


def _outcome(tag: bytes, result: MailNotTaken | Untried | None) -> Outcome:
    if result is None:
        return Outcome(tag, DeliveryState.SENT)
    if isinstance(result, Untried):
        return Outcome(tag, DeliveryState.QUEUED, untried=True)
    reason = f"smtp_{result.code}" if result.code else "no_answer"
    if result.permanent:
        return Outcome(tag, DeliveryState.FAILED, reason, mailbox_fails=result.mailbox_fails)
    return Outcome(tag, DeliveryState.QUEUED, reason, may_repeat=result.code == 0)


def _time() -> float:
    return asyncio.get_running_loop().time()
