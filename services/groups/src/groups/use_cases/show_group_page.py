"""Anybody who scans a group's poster reads who vouches for it, and until when."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchGroup
from groups.storage.group_pages import GroupPage, find_page


async def show_group_page(uow: UnitOfWork, public_id: str, now: datetime) -> GroupPage:
    """The page of a visible and marked group; NoSuchGroup for every other id, alike (P11, P14)."""
    async with uow:
        found = await find_page(uow.session, public_id, now)
        if found is None:
            raise NoSuchGroup
        return found
