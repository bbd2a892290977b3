"""The worker tells, once, that a marking is over: its days of grace have passed (P7)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.storage.expiries import take_expired
from groups.use_cases.events import tell_expiry

AT_ONCE = 500


async def tell_expiries(uow: UnitOfWork, now: datetime) -> int:
    """How many were told of; at most 500 in one transaction. However many workers there are, each is told once."""
    async with uow:
        expired = await take_expired(uow.session, now, limit=AT_ONCE)
        for marking in expired:
            tell_expiry(uow, marking)
        return len(expired)
