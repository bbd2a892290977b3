"""A mail that the relay took came back: its delivery failed, and perhaps its mailbox cannot be reached."""

from collections.abc import Callable
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from messaging.delivery_reports import Failure, Meaning
from messaging.domain.errors import NotSettledYet
from messaging.domain.sends import BOUNCES_IN_A_ROW, DeliveryState
from messaging.storage.bounces import Bounces
from messaging.storage.comms_issues import CommsIssues


async def note_bounce(unit_of_work: Callable[[], UnitOfWork], send_id: UUID, tag: bytes, failure: Failure) -> None:
    """Counts once, however often it is reported. NotSettledYet while its worker has not written down that it went."""
    async with unit_of_work() as uow:
        bounces, issues = Bounces(uow.session), CommsIssues(uow.session)
        await issues.hold([tag])
        state = await bounces.hold(send_id, tag)
        if state is DeliveryState.QUEUED:
            raise NotSettledYet
        if state is not DeliveryState.SENT:
            return
        await bounces.fail(send_id, tag, f"bounced_{failure.status}" if failure.status else "bounced")
        if await _is_enough(bounces, tag, failure.meaning):
            for event in await issues.fail([tag]):
                uow.record(event)
        await bounces.forget_old()


async def _is_enough(bounces: Bounces, tag: bytes, meaning: Meaning) -> bool:
    if meaning is Meaning.GONE:
        await bounces.refused([tag])
        return True
    return meaning is Meaning.PERHAPS_GONE and await bounces.count(tag) >= BOUNCES_IN_A_ROW
