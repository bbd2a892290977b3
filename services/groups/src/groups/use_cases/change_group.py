"""Officers change a group's name, purpose and visibility; its leader where it is, and who sees its members."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchWard
from groups.domain.groups import Group, GroupChanges
from groups.domain.markings import Change
from groups.domain.permissions import must_be_officer, must_lead
from groups.storage.areas import is_ward
from groups.storage.group_changes import write_change
from groups.storage.groups import Groups
from groups.use_cases.events import tell_group


async def change_group(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    changes: GroupChanges,
    *,
    seen_version: int | None,
    now: datetime,
) -> Group:
    """The changed group. NoSuchGroup, NotAnOfficer, NotTheLeader, NoSuchWard, PanelMembersAreOpen.

    ChangedMeanwhile if `seen_version` is not its version.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        if changes.are_for_leaders:
            must_lead(standing, group)
        if changes.area is not None and not await is_ward(uow.session, changes.area):
            raise NoSuchWard
        was_named, was_in = group.name, group.area
        group.change(changes, seen_version=seen_version)
        if group.name != was_named:
            await write_change(uow.session, group_id, Change.NAME, now)
        if group.area != was_in:
            await write_change(uow.session, group_id, Change.AREA, now)
        tell_group(uow, group)
        return group
