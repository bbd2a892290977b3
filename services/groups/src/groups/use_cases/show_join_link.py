"""Whoever holds a join link reads what it says (P14)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.storage.links import JoinLinks, Shown


async def show_join_link(uow: UnitOfWork, secret: str, now: datetime) -> Shown:
    """What the link says; NoSuchLink for unknown, expired, revoked and used up alike."""
    async with uow:
        return await JoinLinks(uow.session).show(secret, now)
