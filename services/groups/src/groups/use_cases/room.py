"""Whether a group holds its members (P11)."""

from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import Group
from groups.storage.markings import Markings
from groups.storage.memberships import Memberships


async def must_have_room(session: AsyncSession, group: Group) -> None:
    """GroupIsFull if those who just became members are too many. The group is locked, so none is overlooked."""
    await session.flush()
    members = await Memberships(session, group.id).count_belonging()
    was_marked = await Markings(session).was_ever_marked(group.id)
    group.must_have_room(members=members, was_marked=was_marked)
