"""A new root key: every group key is wrapped again under it, and then the older ones are not needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.logging import get_logger
from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import DoesNotFit
from documents.keys import wrapping
from documents.keys.bootstrap import KeyResources
from documents.keys.group_keys import opened
from documents.keys.record import write_down
from documents.keys.roots import Roots
from documents.storage.tables import group_keys

BATCH = 100
log = get_logger("root_rotation")


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many group keys were wrapped anew, and which versions of the root key wrap none any more."""

    rewrapped: int
    unneeded: Sequence[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """How many were wrapped anew, and after which key to go on; None at the end."""

    rewrapped: int
    last: tuple[UUID, int] | None


async def rewrap_group_keys(resources: KeyResources) -> Rewrapped:
    """Wraps every group key under the newest root key. Several at once, or one that was stopped and is run again,
    do the rest. Raises RootAway while an older version that is still needed cannot be had.
    """
    newest, rewrapped = await resources.roots.newest(), 0
    batch = await rewrap_batch(resources, newest, None)
    while batch.last is not None:
        rewrapped += batch.rewrapped
        batch = await rewrap_batch(resources, newest, batch.last)
    async with resources.unit_of_work() as uow:
        needed = set(await uow.session.scalars(select(group_keys.c.root_version).distinct()))
    return Rewrapped(rewrapped, [version for version in range(1, newest) if version not in needed])


async def rewrap_batch(resources: KeyResources, newest: int, after: tuple[UUID, int] | None) -> Batch:
    """Wraps the next keys anew, in one transaction."""
    columns = group_keys.c
    asked = (
        select(columns.group_id, columns.epoch, columns.root_version, columns.wrapped)
        .where(columns.root_version < newest)
        .order_by(columns.group_id, columns.epoch)
        .limit(BATCH)
        .with_for_update(key_share=True)
    )
    if after is not None:
        asked = asked.where(tuple_(columns.group_id, columns.epoch) > after)
    async with resources.unit_of_work() as uow:
        rows = (await uow.session.execute(asked)).all()
        rewrapped = [row for row in rows if await _rewrapped(uow.session, resources.roots, newest, row)]
    return Batch(len(rewrapped), (rows[-1].group_id, rows[-1].epoch) if rows else None)


async def _rewrapped(
    session: AsyncSession, roots: Roots, newest: int, row: Row[Any, Any, Any, Any]
) -> bool:  # Any: the columns' own types
    columns = group_keys.c
    try:
        key = await opened(roots, row.group_id, row.epoch, row.root_version, row.wrapped)
    except DoesNotFit:
        # The version that it says stays needed, in case that it can be mended.
        log.warning("group_key_does_not_open", group_id=row.group_id, epoch=row.epoch)
        return False
    place = wrapping.place_of_group_key(row.group_id, row.epoch)
    changed = await session.execute(
        update(group_keys)
        .where(columns.group_id == row.group_id, columns.epoch == row.epoch, columns.root_version == row.root_version)
        .values(root_version=newest, wrapped=await roots.wrap(newest, place, key.key))
        .returning(columns.epoch)
    )
    if changed.first() is None:
        return False
    await write_down(session, "rewrap_group_key", row.group_id)
    return True
