"""Group keys as they rest: wrapped by the root key, one for each epoch."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import DoesNotFit
from documents.keys import wrapping
from documents.keys.roots import Roots
from documents.keys.wrapping import GroupKey
from documents.storage.tables import group_keys


async def newest_group_key(session: AsyncSession, roots: Roots, group_id: UUID) -> GroupKey:
    """The key that wraps what is new; made here at a group's first document. Several at once get the same."""
    newest = select(group_keys).where(group_keys.c.group_id == group_id).order_by(group_keys.c.epoch.desc()).limit(1)
    row = (await session.execute(newest)).first()
    if row is None:
        await add_group_key(session, roots, group_id, 1)
        row = (await session.execute(newest)).one()
    return await opened(roots, group_id, row.epoch, row.root_version, row.wrapped)


async def group_key(session: AsyncSession, roots: Roots, group_id: UUID, epoch: int) -> GroupKey:
    """The key of an epoch. Raises DoesNotFit where the group never had one."""
    of_epoch = select(group_keys).where(group_keys.c.group_id == group_id, group_keys.c.epoch == epoch)
    row = (await session.execute(of_epoch)).first()
    if row is None:
        raise DoesNotFit
    return await opened(roots, group_id, row.epoch, row.root_version, row.wrapped)


async def add_group_key(session: AsyncSession, roots: Roots, group_id: UUID, epoch: int) -> bool:
    """Makes the key of an epoch; False where somebody else has made it meanwhile, which then is the one."""
    version = await roots.newest()
    row = {
        "group_id": group_id,
        "epoch": epoch,
        "root_version": version,
        "wrapped": await roots.wrap(version, wrapping.place_of_group_key(group_id, epoch), wrapping.new_key()),
    }
    made = await session.execute(insert(group_keys).values(row).on_conflict_do_nothing().returning(group_keys.c.epoch))
    return made.first() is not None


async def opened(roots: Roots, group_id: UUID, epoch: int, root_version: int, wrapped: bytes) -> GroupKey:
    """A group key from its row. Raises DoesNotFit and RootAway."""
    place = wrapping.place_of_group_key(group_id, epoch)
    return GroupKey(group_id, epoch, await roots.unwrap(root_version, place, wrapped))
