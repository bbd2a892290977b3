"""The collection of groups. Whoever asks for one is named, and gets NoSuchGroup for what they may not see (P14)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchGroup
from groups.domain.groups import Group, GroupState
from groups.domain.permissions import Standing
from groups.storage import tables
from groups.storage.absences import see
from groups.storage.areas import areas_within
from groups.storage.standings import standing_of


class Groups:
    """Groups of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, group: Group) -> None:
        self._session.add(group)

    async def for_member(self, actor: Principal, group_id: UUID, now: datetime) -> tuple[Group, Standing]:
        """The group as it is, and how the actor stands; NoSuchGroup unless an active member."""
        standing = await self._belongs(actor, group_id, now)
        return await self._find(group_id), standing

    async def for_change(self, actor: Principal, group_id: UUID, now: datetime) -> tuple[Group, Standing]:
        """As for_member, with the group locked: everything that changes in one group happens one after another."""
        await self._belongs(actor, group_id, now)
        group = await self.locked(group_id)
        # Read again: whoever held the lock may have been removing this very person (P18).
        standing = await self._belongs(actor, group_id, now)
        await see(self._session, group_id, actor, standing, now)
        return group, standing

    async def for_staff(self, staff: Principal, group_id: UUID, *, lock: bool = False) -> Group:
        """The group if it lies in the assigned areas (P5); NoSuchGroup else, as for one that is not there."""
        query = select(Group).where(
            tables.groups.c.id == group_id,
            tables.groups.c.state == GroupState.ACTIVE,
            tables.groups.c.area.in_(select(areas_within(staff.areas).c.code)),
        )
        if lock:
            # As it is now: the same session may have looked at it before, unlocked.
            query = query.with_for_update(of=tables.groups).execution_options(populate_existing=True)
        group = await self._session.scalar(query)
        if group is None:
            raise NoSuchGroup
        return group

    async def locked(self, group_id: UUID) -> Group:
        """An active group for whoever has the right to it by other means: an invitation or a link."""
        query = select(Group).where(tables.groups.c.id == group_id, tables.groups.c.state == GroupState.ACTIVE)
        group = await self._session.scalar(query.with_for_update().execution_options(populate_existing=True))
        if group is None:
            raise NoSuchGroup
        return group

    async def locked_both(self, one: UUID, other: UUID) -> dict[UUID, Group]:
        """Those of the two that are active, locked in the order of their ids, whichever is asked for first."""
        query = select(Group).where(tables.groups.c.id.in_([one, other]), tables.groups.c.state == GroupState.ACTIVE)
        ordered = query.order_by(tables.groups.c.id).with_for_update()
        found = await self._session.scalars(ordered.execution_options(populate_existing=True))
        return {group.id: group for group in found}

    async def _find(self, group_id: UUID) -> Group:
        group = await self._session.get(Group, group_id)
        if group is None:
            raise NoSuchGroup
        return group

    async def _belongs(self, actor: Principal, group_id: UUID, now: datetime) -> Standing:
        standing = await standing_of(self._session, group_id, actor.id, now)
        if standing is None or not standing.is_active:
            raise NoSuchGroup
        return standing
