"""Officers change a group's name, purpose or visibility."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group, Visibility
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.use_cases.events import tell_group


async def change_group(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    *,
    name: str | None,
    purpose: str | None,
    visibility: Visibility | None,
    seen_version: int | None,
    now: datetime,
) -> Group:
    """The changed group. NoSuchGroup, NotAnOfficer; ChangedMeanwhile if `seen_version` is not its version."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        group.change(name=name, purpose=purpose, visibility=visibility, seen_version=seen_version)
        tell_group(uow, group)
        return group
