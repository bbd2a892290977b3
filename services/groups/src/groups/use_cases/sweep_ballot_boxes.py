"""Of a ballot that is over the files of the database keep nothing that joins a vote to its voter (security.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncEngine

from groups.storage.ballot_boxes import note_swept, rewrite_boxes, unswept

AFTER = timedelta(minutes=1)
"""By then hardly a transaction is left that still sees the rows of before, for which they would be kept."""
AGAIN_AFTER = timedelta(days=1)
"""By then only one is that was open for a whole day."""


async def sweep_ballot_boxes(unit: Callable[[], UnitOfWork], engine: AsyncEngine, now: datetime) -> int:
    """Writes the boxes anew where a ballot closed a minute ago, and once more a day ago; returns of how many ballots.

    Repeating does no harm.
    """
    async with (uow := unit()):
        ballots = await unswept(uow.session, now, AFTER, AGAIN_AFTER)
    if not ballots:
        return 0
    await rewrite_boxes(engine)
    async with (uow := unit()):
        await note_swept(uow.session, ballots, now)
    return len(ballots)
