"""Of a ballot that is over the files of the database keep nothing that joins a vote to its voter (security.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncEngine

from groups.storage.ballot_boxes import note_swept, rewrite_boxes, unswept

AFTER = timedelta(minutes=1)
"""By then no transaction is left that could still see the rows of before."""


async def sweep_ballot_boxes(unit: Callable[[], UnitOfWork], engine: AsyncEngine, now: datetime) -> int:
    """Writes the boxes anew where a ballot has closed since; returns of how many ballots. Repeating does no harm."""
    async with (uow := unit()):
        ballots = await unswept(uow.session, now - AFTER)
    if not ballots:
        return 0
    await rewrite_boxes(engine)
    async with (uow := unit()):
        await note_swept(uow.session, ballots, now)
    return len(ballots)
