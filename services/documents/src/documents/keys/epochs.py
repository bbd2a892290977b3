"""Epochs of a group's key: a new one begins, everything moves to it, and the old key is destroyed last.

Each step is a transaction of its own. Stopped after any of them, every document can be read and the step repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.logging import get_logger
from sqlalchemy import Row, delete, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import DoesNotFit
from documents.keys.bootstrap import KeyResources
from documents.keys.group_keys import add_group_key, group_key, newest_group_key
from documents.keys.record import write_down
from documents.keys.sealed_places import SEALED_PLACES, SealedPlace
from documents.keys.wrapping import GroupKey
from documents.storage.group_scope import enter_group
from documents.storage.tables import group_keys

GRACE = timedelta(hours=1)
"""Who read a row just before it moved may still ask with its old epoch; no request lives that long."""

BATCH = 100
log = get_logger("epochs")

# One rotation of a group at a time; whoever comes second finds less to do.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 6))")
# Destroying an old key is never so urgent that a member's request waits for it.
_DO_NOT_WAIT = text("SET LOCAL lock_timeout = '1s'")


@dataclass(frozen=True, slots=True)
class Batch:
    """How many rows moved, and after which row to go on; None at the end of the place."""

    moved: int
    last: UUID | None


async def groups_to_rotate(session: AsyncSession, begun_before: datetime) -> list[tuple[UUID, int, bool]]:
    """Groups whose newest epoch began before then, or that have older epochs left: with the newest epoch, and
    whether it is time for the next.
    """
    columns = group_keys.c
    due = func.max(columns.created_at) < begun_before
    asked = (
        select(columns.group_id, func.max(columns.epoch), due)
        .group_by(columns.group_id)
        .having(or_(func.count() > 1, due))
    )
    return [(group_id, newest, is_due) for group_id, newest, is_due in await session.execute(asked)]


async def begin_epoch(resources: KeyResources, group_id: UUID, after: int) -> bool:
    """From the commit on everything new lies under a new key. False where `after` is not the newest epoch: of several
    that saw the same, one has its effect.
    """
    async with resources.unit_of_work() as uow:
        await _enter(uow.session, group_id)
        newest = select(func.max(group_keys.c.epoch)).where(group_keys.c.group_id == group_id)
        if await uow.session.scalar(newest) != after:
            return False
        begun = await add_group_key(uow.session, resources.roots, group_id, after + 1)
        if begun:
            await write_down(uow.session, "begin_epoch", group_id)
    return begun


async def move_to_newest(resources: KeyResources, group_id: UUID) -> int:
    """Moves everything of a group to its newest epoch, batch by batch; how many rows. What a member holds just now,
    and what does not open, stays for another time.
    """
    moved = 0
    for place in SEALED_PLACES:
        after: UUID | None = None
        while True:
            batch = await move_batch(resources, group_id, place, after)
            moved += batch.moved
            after = batch.last
            if after is None:
                break
    return moved


async def move_batch(resources: KeyResources, group_id: UUID, place: SealedPlace, after: UUID | None) -> Batch:
    """Moves the next rows of a place, in one transaction."""
    async with resources.unit_of_work() as uow:
        await _enter(uow.session, group_id)
        newest = await newest_group_key(uow.session, resources.roots, group_id)
        rows = await _older(uow.session, place, newest, after)
        olds = {
            epoch: await group_key(uow.session, resources.roots, group_id, epoch)
            for epoch in {getattr(row, place.epoch) for row in rows}
        }
        left = [getattr(row, place.epoch) for row in rows if await _moved(uow.session, place, olds, newest, row)]
        if left:
            await uow.session.execute(
                update(group_keys)
                .where(group_keys.c.group_id == group_id, group_keys.c.epoch.in_(left))
                .values(left_at=func.now())
            )
            await write_down(uow.session, "move_to_epoch", group_id)
    return Batch(len(left), rows[-1][0] if len(rows) == BATCH else None)


async def destroy_old_keys(resources: KeyResources, group_id: UUID, at: datetime) -> int:
    """Destroys the keys of older epochs to which nothing refers, and from which the last row went longer ago than
    the grace; how many.
    """
    columns = group_keys.c
    destroyed = 0
    async with resources.unit_of_work() as uow:
        await _enter(uow.session, group_id)
        await uow.session.execute(_DO_NOT_WAIT)
        epochs = await uow.session.execute(
            select(columns.epoch, columns.created_at, columns.left_at)
            .where(columns.group_id == group_id)
            .order_by(columns.epoch.desc())
        )
        newest, *olds = epochs.all()
        for old in reversed(olds):
            in_use_until = max(old.left_at or old.created_at, newest.created_at)
            if in_use_until < at - GRACE and await _destroy(uow.session, group_id, old.epoch):
                destroyed += 1
    return destroyed


async def _enter(session: AsyncSession, group_id: UUID) -> None:
    await session.execute(_ONE_AT_A_TIME, {"id": str(group_id)})
    await enter_group(session, group_id)


async def _older(
    session: AsyncSession, place: SealedPlace, newest: GroupKey, after: UUID | None
) -> list[Row[Any]]:  # Any: rows of any of the places
    columns = place.table.c
    named = dict.fromkeys((place.id.name, place.epoch, *place.sealed, *place.bound_to))
    asked = (
        select(*(columns[name] for name in named))
        .where(columns.group_id == newest.group_id, columns[place.epoch] < newest.epoch)
        .order_by(place.id)
        .limit(BATCH)
        # A row that a member's request holds is passed by: whoever rotates never waits for people, nor blocks them.
        .with_for_update(key_share=True, skip_locked=True)
    )
    if after is not None:
        asked = asked.where(place.id > after)
    return list((await session.execute(asked)).all())


async def _moved(
    session: AsyncSession, place: SealedPlace, olds: Mapping[int, GroupKey], newest: GroupKey, row: Row[Any]
) -> bool:  # Any: as above
    was = getattr(row, place.epoch)
    try:
        values = {
            name: move(olds[was], newest, row, sealed)
            for name, move in place.sealed.items()
            if (sealed := getattr(row, name)) is not None
        }
    except DoesNotFit:
        # Its old key stays, in case that it can be mended.
        log.warning("sealed_row_does_not_open", place=place.name, row=row[0], group_id=newest.group_id, epoch=was)
        return False
    changed = await session.execute(
        update(place.table)
        .where(place.table.c.group_id == newest.group_id, place.id == row[0], place.table.c[place.epoch] == was)
        .values({**values, place.epoch: newest.epoch})
        .returning(place.id)
    )
    return changed.first() is not None


async def _destroy(session: AsyncSession, group_id: UUID, epoch: int) -> bool:
    for place in SEALED_PLACES:
        columns = place.table.c
        still = select(place.id).where(columns.group_id == group_id, columns[place.epoch] == epoch).limit(1)
        if await session.scalar(still) is not None:
            return False
    try:
        async with session.begin_nested():
            await session.execute(
                delete(group_keys).where(group_keys.c.group_id == group_id, group_keys.c.epoch == epoch)
            )
    except IntegrityError:
        # A row came in under it between looking and deleting: the foreign key holds, and the row moves next time.
        return False
    await write_down(session, "destroy_epoch", group_id)
    return True
