"""New epochs on a schedule, and when an operator suspects a leak."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import now
from shared.errors import Refusal
from shared.logging import get_logger
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from documents.keys.bootstrap import KeyResources
from documents.keys.epochs import begin_epoch, destroy_old_keys, groups_to_rotate, move_to_newest
from documents.storage.tables import group_keys

LOOK_SECONDS = 3600
log = get_logger("rotation")


async def keep_rotating(resources: KeyResources, life: timedelta) -> None:
    """Looks every hour for epochs older than `life`, and for what an earlier look or an operator left to do."""
    while True:
        try:
            await rotate_what_is_due(resources, life, now())
        except (SQLAlchemyError, OSError) as error:
            log.warning("rotation_interrupted", error=error)
        await asyncio.sleep(LOOK_SECONDS)


async def rotate_what_is_due(resources: KeyResources, life: timedelta, at: datetime) -> None:
    """One look. What goes wrong with one group is told and keeps no other group waiting."""
    async with resources.unit_of_work() as uow:
        due = await groups_to_rotate(uow.session, at - life)
    for group_id, newest, is_due in due:
        try:
            if is_due:
                await begin_epoch(resources, group_id, newest)
            await move_to_newest(resources, group_id)
            await destroy_old_keys(resources, group_id, at)
        except (Refusal, SQLAlchemyError) as error:
            log.warning("group_not_rotated", group_id=group_id, error=error)


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many groups have a new key, and for which ones something was left undone."""

    begun: int
    failed: Sequence[UUID]


async def rotate_at_once(resources: KeyResources, group_ids: Sequence[UUID] = ()) -> Rotated:
    """A new epoch for these groups, or for all, and everything moved to it. Safe to repeat.

    The old keys are destroyed by the running keys process, an hour after the last row moved.
    """
    columns = group_keys.c
    asked = select(columns.group_id, func.max(columns.epoch)).group_by(columns.group_id)
    if group_ids:
        asked = asked.where(columns.group_id.in_(group_ids))
    async with resources.unit_of_work() as uow:
        groups = (await uow.session.execute(asked)).all()
    begun, failed = 0, []
    for group_id, newest in groups:
        try:
            begun += await begin_epoch(resources, group_id, newest)
            await move_to_newest(resources, group_id)
        except (Refusal, SQLAlchemyError) as error:
            log.warning("group_not_rotated", group_id=group_id, error=error)
            failed.append(group_id)
    return Rotated(begun, failed)
