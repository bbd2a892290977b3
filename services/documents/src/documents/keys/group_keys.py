"""Group keys as they rest: wrapped by the root key, one for each epoch."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.keys import wrapping
from documents.keys.root_keys import RootKeys
from documents.keys.wrapping import DoesNotFit, GroupKey
from documents.storage.tables import group_keys


async def newest_group_key(session: AsyncSession, root: RootKeys, group_id: UUID) -> GroupKey:
    """The key that wraps what is new; made here at a group's first document. Several at once get the same."""
    newest = select(group_keys).where(group_keys.c.group_id == group_id).order_by(group_keys.c.epoch.desc()).limit(1)
    row = (await session.execute(newest)).first()
    if row is None:
        await _make_first(session, root, group_id)
        row = (await session.execute(newest)).one()
    return _opened(root, group_id, row.epoch, row.root_version, row.wrapped)


async def group_key(session: AsyncSession, root: RootKeys, group_id: UUID, epoch: int) -> GroupKey:
    """The key of an epoch. Raises DoesNotFit where the group never had one."""
    of_epoch = select(group_keys).where(group_keys.c.group_id == group_id, group_keys.c.epoch == epoch)
    row = (await session.execute(of_epoch)).first()
    if row is None:
        raise DoesNotFit
    return _opened(root, group_id, row.epoch, row.root_version, row.wrapped)


async def _make_first(session: AsyncSession, root: RootKeys, group_id: UUID) -> None:
    place = wrapping.place_of_group_key(group_id, 1)
    row = {
        "group_id": group_id,
        "epoch": 1,
        "root_version": root.newest,
        "wrapped": wrapping.wrap(root.versions[root.newest], place, wrapping.new_key()),
    }
    await session.execute(insert(group_keys).values(row).on_conflict_do_nothing())


def _opened(root: RootKeys, group_id: UUID, epoch: int, root_version: int, wrapped: bytes) -> GroupKey:
    place = wrapping.place_of_group_key(group_id, epoch)
    return GroupKey(group_id, epoch, wrapping.unwrap(root.versions[root_version], place, wrapped))
