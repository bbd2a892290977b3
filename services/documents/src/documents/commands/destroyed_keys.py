"""The list of destroyed keys as a file that is kept apart from backups, and what it does after a restore (P22)."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from documents.bootstrap import Resources
from documents.domain.document import BIN_LIFE
from documents.keys.bootstrap import KeyResources
from documents.keys.destroyed import destroy_keys
from documents.storage.group_scope import enter_group
from documents.storage.tables import destroyed_keys, documents

_AT_ONCE = 1000  # a statement takes 32,767 values


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """A version that is never opened again."""

    version_id: UUID
    group_id: UUID
    document_id: UUID
    destroyed_at: datetime


async def list_destroyed(keys: KeyResources) -> list[DestroyedKey]:
    """All of them, the oldest first."""
    columns = destroyed_keys.c
    async with keys.unit_of_work() as uow:
        listed = select(columns.version_id, columns.group_id, columns.document_id, columns.destroyed_at)
        found = await uow.session.execute(listed.order_by(columns.destroyed_at, columns.version_id))
        return [DestroyedKey(*row) for row in found]


async def repeat_destructions(resources: Resources, keys: KeyResources, gone: Sequence[DestroyedKey]) -> int:
    """How many documents came back and lost their keys again; the worker removes the rest of them. May be repeated."""
    for first in range(0, len(gone), _AT_ONCE):
        rows = [
            {name: getattr(each, name) for name in DestroyedKey.__slots__} for each in gone[first : first + _AT_ONCE]
        ]
        async with keys.unit_of_work() as uow:
            await uow.session.execute(insert(destroyed_keys).values(rows).on_conflict_do_nothing())
    came_back = 0
    for document in {(each.group_id, each.document_id): each for each in gone}.values():
        if await _put_back_into_bin(resources.unit_of_work(), document):
            await destroy_keys(keys, document.group_id, document.document_id, document.destroyed_at)
            came_back += 1
    return came_back


async def _put_back_into_bin(uow: UnitOfWork, gone: DestroyedKey) -> bool:
    # In the older state it may not have been in the bin, or not for long.
    columns = documents.c
    since = gone.destroyed_at - BIN_LIFE
    async with uow:
        await enter_group(uow.session, gone.group_id)
        back = await uow.session.execute(
            update(documents)
            .where(columns.group_id == gone.group_id, columns.id == gone.document_id, columns.destroyed_at.is_(None))
            .values(deleted_at=func.least(columns.deleted_at, since), version=columns.version + 1)
            .returning(columns.id)
        )
        return back.first() is not None


def write_destroyed(path: Path, gone: Sequence[DestroyedKey]) -> None:
    """One JSON object a line, in a new file for its owner alone. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for each in gone:
            told = {name: str(getattr(each, name)) for name in DestroyedKey.__slots__}
            file.write(json.dumps(told) + "\n")


def read_destroyed(path: Path) -> list[DestroyedKey]:
    """What `write_destroyed` wrote. Raises ValueError, with the number of the line, for anything else."""
    gone = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            told = json.loads(line)
            version_id, group_id, document_id = (UUID(told[name]) for name in ("version_id", "group_id", "document_id"))
            destroyed_at = datetime.fromisoformat(told["destroyed_at"])
            gone.append(DestroyedKey(version_id, group_id, document_id, destroyed_at))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {path.name} names no key") from error
    return gone
