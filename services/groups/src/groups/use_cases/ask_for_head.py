"""The worker has the ends of both logs signed: the markings' and the audit's."""

from datetime import datetime, timedelta

from shared.db.unit_of_work import UnitOfWork

from groups.domain.statements import Signs
from groups.storage.log_ends import LOGS, is_unsigned

AT_MOST_EVERY = timedelta(minutes=1)


async def ask_for_head(uow: UnitOfWork, signs: Signs, now: datetime) -> bool:
    """Whether it was asked for: when entries came after a log's newest head, and that is a minute old.

    LogIsBroken, SigningOutOfReach.
    """
    async with uow:
        unsigned = [await is_unsigned(uow.session, *log, now - AT_MOST_EVERY) for log in LOGS]
    if not any(unsigned):
        return False
    await signs.sign_head()
    return True
