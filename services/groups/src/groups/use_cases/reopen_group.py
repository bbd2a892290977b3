"""Whoever led a group when it was closed opens it again, as it was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.storage.archived import hold_archived, list_archived
from groups.use_cases.events import tell_group


async def reopen_group(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Group:
    """The group, open. NoSuchGroup for everybody else, and where it is open already; TooLateToReopen."""
    async with uow:
        group = await hold_archived(uow.session, actor, group_id)
        group.reopen(now)
        tell_group(uow, group)
        return group


async def list_archived_groups(uow: UnitOfWork, actor: Principal, now: datetime) -> Sequence[Group]:
    """The groups that the actor may open again."""
    async with uow:
        return await list_archived(uow.session, actor, now)
