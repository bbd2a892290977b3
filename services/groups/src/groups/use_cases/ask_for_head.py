"""The worker has the end of the log signed."""

from datetime import datetime, timedelta

from shared.db.unit_of_work import UnitOfWork

from groups.domain.statements import Signs
from groups.storage.marking_log import read_length, read_newest_head

AT_MOST_EVERY = timedelta(minutes=1)


async def ask_for_head(uow: UnitOfWork, signs: Signs, now: datetime) -> bool:
    """Whether it was asked for: when entries came after the newest head, and that is a minute old.

    LogIsBroken, SigningOutOfReach.
    """
    async with uow:
        newest = await read_newest_head(uow.session)
        length = await read_length(uow.session)
    number, signed_at = newest or (0, None)
    if length <= number or (signed_at is not None and now < signed_at + AT_MOST_EVERY):
        return False
    await signs.sign_head()
    return True
