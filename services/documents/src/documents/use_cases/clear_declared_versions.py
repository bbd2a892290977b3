"""Removes versions that were declared and never got their content, and gives their bytes back to the group."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from documents.storage.group_scope import enter_group
from documents.storage.sweeping import remove_declared


async def clear_declared_versions(uow: UnitOfWork, group_id: UUID, at: datetime, age: timedelta) -> int:
    """How many of this group's were removed, one hundred at most; one that becomes ready just now stays."""
    async with uow:
        await enter_group(uow.session, group_id)
        return await remove_declared(uow.session, group_id, at, age)
