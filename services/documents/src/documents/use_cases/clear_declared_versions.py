"""Removes versions that were declared and never got their content, and gives their bytes back to the group."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from documents.storage.group_scope import enter_group
from documents.storage.sweeping import declared_before, remove_declared
from documents.use_cases.fail_alone import fail_alone


async def clear_declared_versions(uow: UnitOfWork, group_id: UUID, at: datetime, age: timedelta) -> int:
    """How many of this group's were removed that were declared longer ago than `age`; what is being sent stays."""
    async with uow:
        await enter_group(uow.session, group_id)
        stale = await declared_before(uow.session, group_id, at - age)
    removed = 0
    for version_id in stale:
        with fail_alone("clear_declared_version", group_id=group_id, version_id=version_id):
            async with uow:
                await enter_group(uow.session, group_id)
                is_gone = await remove_declared(uow.session, group_id, version_id)
            removed += is_gone
    return removed
